//! Requests for access: found by id, by asset and by the business that asks. No decision reads them.

use std::borrow::Cow;

use super::Directory;
use super::aside::{Aside, By};
use crate::fact::AccessRequest;
use crate::id::{AssetId, BusinessId, RequestId};

impl Aside for AccessRequest {
    fn names(&self) -> [Cow<'_, str>; 3] {
        [self.id.as_str(), self.asset.as_str(), self.from.as_str()].map(Cow::Borrowed)
    }
}

impl Directory {
    /// Returns the request with this id, over or not.
    #[must_use]
    pub fn access_request(&self, id: &RequestId) -> Option<AccessRequest> {
        self.requests.get(id.as_str())
    }

    /// Returns the requests for an asset, known or not, over or not, by id.
    #[must_use]
    pub fn requests_for(&self, asset: &AssetId) -> Vec<AccessRequest> {
        self.requests.all(By::First, asset.as_str())
    }

    /// Returns what a business asks for, over or not, by id.
    #[must_use]
    pub fn requests_from(&self, business: &BusinessId) -> Vec<AccessRequest> {
        self.requests.all(By::Second, business.as_str())
    }
}

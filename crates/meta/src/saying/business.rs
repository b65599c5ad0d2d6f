//! What is said of businesses, invitations and system users.

use super::cause::{
    APP_NOT_CLAIMED, BUSINESS_ROLE_TOO_LOW, PRECONDITION, ROLE_TOO_LOW, SCOPE_MISSING,
    TOKEN_WRONG_KIND, UNKNOWN, other,
};
use super::{Cause, Saying};

/// The last admin stays.
pub const LAST_ADMIN: Saying = Saying::new(
    400,
    3914,
    "It looks like you're trying to remove the last admin from this Business Manager. At least one admin is required \
     in Business Manager.",
)
.causes(&[other(
    "Nobody else is an admin of the business.",
    "make somebody else an admin first",
)]);

/// There are as many system users as there may be.
pub const MOST_SYSTEM_USERS: Saying =
    Saying::new(400, 3949, "The maximum number of system users is reached.").causes(&[LIMIT]);

/// There are as many admin system users as there may be.
pub const MOST_ADMIN_SYSTEM_USERS: Saying = Saying::new(
    400,
    3965,
    "The maximum number of admin system users is reached.",
)
.causes(&[LIMIT]);

/// There are as many test users as there may be.
pub const MOST_TEST_USERS: Saying =
    Saying::new(400, 2900, "Too many test accounts").causes(&[other(
        "The app has as many test users as it may.",
        "delete one, or use one that there is",
    )]);

/// It is there already.
pub const HAS_ACCESS: Saying = Saying::new(
    400,
    3944,
    "Your Business Manager already has access to this object.",
)
.causes(&[other(
    "It was done already, or something else stands in its way.",
    "list what the business owns and what is shared to it",
)]);

/// A business cannot act on behalf of this client.
pub const NOT_ON_BEHALF: Saying = Saying::new(
    400,
    42_004,
    "Could not create the client business on behalf of its owner.",
)
.causes(&[other(
    "The business acts on behalf of this client already, or is its parent.",
    "list the managed businesses of the partner",
)]);

const LIMIT: Cause = other(
    "The app's Marketing API tier allows no more system users.",
    "use one that there is, or apply for the Full tier",
);

const WAITS: Cause = other(
    "It was asked for before, and waits for an answer.",
    "look among the requests of the business",
);

const NAME: Cause = other(
    "The name is one the platform does not take.",
    "choose another",
);

pub(super) const ROWS: &[Saying] = &[
    LAST_ADMIN,
    MOST_SYSTEM_USERS,
    MOST_ADMIN_SYSTEM_USERS,
    MOST_TEST_USERS,
    HAS_ACCESS,
    NOT_ON_BEHALF,
    Saying::new(
        400,
        3910,
        "You need permission to edit the details of your Business Manager",
    )
    .causes(&[BUSINESS_ROLE_TOO_LOW]),
    Saying::new(
        400,
        3911,
        "You need permission to set up a new Business Manager",
    )
    .causes(&[BUSINESS_ROLE_TOO_LOW, SCOPE_MISSING]),
    Saying::new(400, 3913, "permission to create a new Business Manager")
        .causes(&[BUSINESS_ROLE_TOO_LOW, SCOPE_MISSING]),
    Saying::new(400, 3912, "There was a technical issue").causes(&[
        other("The platform failed.", "try again later"),
        PRECONDITION,
    ]),
    Saying::new(400, 3919, "There was an unexpected technical issue")
        .causes(&[other("The platform failed.", "try again later")]),
    Saying::new(400, 3918, "already owned by another Business Manager")
        .sub(1_690_024)
        .causes(&[other(
            "Another business owns the Page.",
            "ask that business for access in place of claiming it",
        )]),
    Saying::new(400, 3936, "already tried to claim this ad account").causes(&[WAITS]),
    Saying::new(400, 3947, "same name as one you are already a part of").causes(&[NAME]),
    Saying::new(400, 3962, "Provided permission is not valid").causes(&[other(
        "A scope is misspelt, or not one a system user can have.",
        "compare the scopes with the platform's list",
    )]),
    Saying::new(400, 3973, "name").causes(&[NAME]),
    Saying::new(400, 3974, "name").causes(&[NAME]),
    Saying::new(400, 3977, "you must already be an Admin of the Page").causes(&[ROLE_TOO_LOW]),
    Saying::new(400, 3979, "ad accounts").causes(&[other(
        "The business has as many ad accounts as it may.",
        "ask the platform for a higher limit",
    )]),
    Saying::new(400, 3982, "sufficient permissions to import this asset")
        .causes(&[ROLE_TOO_LOW, BUSINESS_ROLE_TOO_LOW]),
    Saying::new(
        400,
        3996,
        "The page does not belong to this Business Manager",
    )
    .causes(&[other(
        "Another business owns the Page, or nobody does.",
        "look at the Page's `business`",
    )]),
    Saying::new(400, 104_001, "an app must be part of this business").causes(&[APP_NOT_CLAIMED]),
    Saying::new(400, 100, "claimed")
        .sub(1_690_192)
        .causes(&[APP_NOT_CLAIMED]),
    Saying::new(400, 100, "Primary Page")
        .sub(1_690_138)
        .causes(&[ROLE_TOO_LOW]),
    Saying::new(400, 100, "client business")
        .sub(1_690_165)
        .causes(&[other(
            "The person has a child business under this parent already.",
            "use the child that there is",
        )]),
    Saying::new(400, 100, "One Business Account At One Time")
        .sub(1_752_089)
        .causes(&[other(
            "Another business of this person is just being made.",
            "try again in a while",
        )]),
    Saying::new(400, 100, "This Task Combination Is Not Supported")
        .sub(1_752_129)
        .causes(&[other(
            "The tasks do not go together: each includes those below it.",
            "send the whole set, as in `[\"MANAGE\",\"ADVERTISE\",\"ANALYZE\"]`",
        )]),
    Saying::new(404, 803, "Some of the aliases you requested do not exist")
        .causes(&[UNKNOWN, TOKEN_WRONG_KIND]),
];

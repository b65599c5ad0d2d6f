//! The directory file: all facts of a realm as text that people write, review and keep in version control.
//!
//! [`DirectoryFile::parse`] reads YAML, [`DirectoryFile::facts`] checks it against a rulebook and
//! gives the facts, [`DirectoryDocument::from_facts`] goes the way back. What was exported and is
//! imported again gives the same facts.
//!
//! Names and e-mail addresses stand in the file as they are; facts hold digests in their place, made
//! by a function of the caller, since only he has salts. What is not here: files (the caller reads
//! them) and the directory that the facts are applied to.

mod app;
mod asset;
mod business;
mod check;
mod invitation;
pub(crate) mod lines;
mod mandate;
pub(crate) mod moment;
mod on_behalf;
mod proposal;
mod request;
mod row;
pub(crate) mod schema;
mod sharing;
mod terms;
mod text;
mod token;
mod word;
pub(crate) mod yaml;

use std::collections::BTreeMap;

use engine::fact::{Digest, Fact, Key, Settings, TextDigest};
use rulebook::{Problems, Rulebook, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use app::{
    AppClaimRow, AppModeRow, AppPermissionRow, AppRoleRow, AppRow, CheckupRow, EnvironmentRow,
    InstallRow, LevelRow, ReviewRow, ReviewStateRow,
};
pub use asset::{AssetRow, GroupAssetRow, GroupRow, LinkRow};
pub use business::{
    BusinessRow, IdentityRow, MemberRow, OperatorRow, PersonRow, SystemUserRow, TwoFactorRow,
};
pub use check::Facts;
pub use invitation::{InvitationRow, OfferedRow};
pub use mandate::{LimitsRow, MandateModeRow, MandateRow};
pub use on_behalf::OnBehalfRow;
pub use proposal::{AmountsRow, ProposalRow, ProposalStateRow};
pub use request::{AccessRequestRow, RequestKindRow};
pub use sharing::{AssignmentRow, DelegateRow, ShareRow, ShareStateRow};
pub use terms::TermsRow;
pub use text::{FreeText, plain_digest};
pub use token::{DisclosureRow, EndReasonRow, Expires, GrantRow, RenewalRow, TokenRow};

use check::Check;
use lines::Lines;
use row::{Export, Row, is_false};

macro_rules! sections {
    ($($(#[doc = $doc:literal])* $section:ident: $row:ident = $fact:ident,)*) => {
        /// A directory file.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(title = "Countersign directory file")]
        pub struct DirectoryDocument {
            /// The rulebook: its name, or the path of its file relative to this one.
            pub rulebook: String,
            /// SHA-256 of the rulebook's text, if it must be this one.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Option<schema::DigestText>")]
            pub rulebook_digest: Option<Digest>,
            /// Switches of the rulebook, where they differ from the defaults.
            #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
            pub switches: BTreeMap<String, String>,
            /// The realm is being filled and answers nothing yet.
            #[serde(default, skip_serializing_if = "is_false")]
            pub loading: bool,
            $(
                $(#[doc = $doc])*
                #[serde(default, skip_serializing_if = "Vec::is_empty")]
                pub $section: Vec<$row>,
            )*
        }

        impl DirectoryDocument {
            fn check_rows<'a>(&'a self, check: &mut Check<'a>) {
                $(check.section(stringify!($section), &self.$section);)*
            }

            fn add(&mut self, fact: &Fact, export: &Export<'_>) {
                match fact {
                    Fact::Settings(settings) => self.add_settings(settings),
                    $(Fact::$fact(fact) => self.$section.push($row::of(fact, export)),)*
                }
            }

            fn write_rows(&self, yaml: &mut String) -> Result<(), WriteError> {
                $(write_section(yaml, stringify!($section), &self.$section)?;)*
                Ok(())
            }
        }
    };
}

// In the order in which facts can be applied to an empty directory.
sections! {
    #[doc = "Businesses."] businesses: BusinessRow = Business,
    #[doc = "People."] people: PersonRow = Person,
    #[doc = "The platform's own staff."] operators: OperatorRow = Operator,
    #[doc = "The places of people in businesses."] members: MemberRow = Membership,
    #[doc = "Automated accounts of businesses."] system_users: SystemUserRow = SystemUser,
    #[doc = "Apps."] apps: AppRow = App,
    #[doc = "Businesses that claimed an app they do not own."] app_claims: AppClaimRow = AppClaim,
    #[doc = "Roles of people on apps."] app_roles: AppRoleRow = AppRole,
    #[doc = "What apps have of permissions and features."] app_permissions: AppPermissionRow = AppPermission,
    #[doc = "Apps installed on system users."] installs: InstallRow = Install,
    #[doc = "Ad accounts, Pages, catalogs and whatever else is owned and shared."] assets: AssetRow = Asset,
    #[doc = "Assets that follow others."] links: LinkRow = Link,
    #[doc = "Groups and projects."] groups: GroupRow = Group,
    #[doc = "The assets in groups."] group_assets: GroupAssetRow = GroupAsset,
    #[doc = "What owners shared to partners."] shares: ShareRow = Share,
    #[doc = "What holders were assigned."] assignments: AssignmentRow = Assignment,
    #[doc = "Employees known elsewhere, mapped to assets."] delegates: DelegateRow = Delegate,
    #[doc = "What holders let apps do."] grants: GrantRow = Grant,
    #[doc = "Tokens."] tokens: TokenRow = Token,
    #[doc = "Tokens that are renewed by themselves."] renewals: RenewalRow = Renewal,
    #[doc = "Secrets that were shown to people."] disclosures: DisclosureRow = Disclosure,
    #[doc = "The limits within which tools may act."] mandates: MandateRow = Mandate,
    #[doc = "Invitations into businesses that wait for their answer."] invitations: InvitationRow = Invitation,
    #[doc = "Changes that tools proposed or made under mandates."] proposals: ProposalRow = Proposal,
    #[doc = "Requests for access that wait."] access_requests: AccessRequestRow = AccessRequest,
    #[doc = "Businesses that act on behalf of others."] on_behalf: OnBehalfRow = OnBehalf,
}

/// Returns the JSON Schema of directory files, for editors.
#[must_use]
pub fn json_schema() -> schemars::Schema {
    schemars::schema_for!(DirectoryDocument)
}

/// A directory could not be written as text.
#[derive(Debug, thiserror::Error)]
#[error("could not write `{section}` as YAML")]
pub struct WriteError {
    section: &'static str,
    #[source]
    source: serde_saphyr::ser::Error,
}

impl DirectoryDocument {
    /// Returns the directory as a file would say it, sections and rows in a fixed order.
    ///
    /// `text` gives the text for a digest; where it gives nothing, the text was erased and the field
    /// is left out.
    pub fn from_facts<'f>(
        facts: impl IntoIterator<Item = &'f Fact>,
        text: &dyn Fn(&TextDigest) -> Option<String>,
    ) -> Self {
        let facts: BTreeMap<Key, &Fact> =
            facts.into_iter().map(|fact| (fact.key(), fact)).collect();
        let kinds = facts.values().filter_map(|fact| match fact {
            Fact::Asset(asset) => Some((&asset.id, asset.kind.as_str())),
            _ => None,
        });
        let export = Export {
            kinds: kinds.collect(),
            text,
        };
        let mut document = Self::default();
        for fact in facts.values() {
            document.add(fact, &export);
        }
        document
    }

    fn add_settings(&mut self, settings: &Settings) {
        self.rulebook.clone_from(&settings.rulebook);
        self.rulebook_digest = Digest::try_from(settings.digest.clone()).ok();
        self.switches.clone_from(&settings.switches);
        self.loading = settings.loading;
    }

    /// Returns the directory as YAML: one line a row, so that two exports can be compared line by line.
    ///
    /// Errors: [`WriteError`] with the section that has no form in YAML.
    pub fn to_yaml(&self) -> Result<String, WriteError> {
        let head = Self {
            rulebook: self.rulebook.clone(),
            rulebook_digest: self.rulebook_digest,
            switches: self.switches.clone(),
            loading: self.loading,
            ..Self::default()
        };
        let section = "rulebook";
        let mut yaml =
            serde_saphyr::to_string(&head).map_err(|source| WriteError { section, source })?;
        self.write_rows(&mut yaml)?;
        Ok(yaml)
    }

    /// Returns the rulebook compiled under the switches of this directory.
    ///
    /// Errors: [`Problems`] of the rulebook, or of the switches.
    pub fn compile(&self, rulebook: &Source) -> Result<Rulebook, Problems> {
        rulebook.compile(&self.switches)
    }

    fn settings(&self, check: &mut Check<'_>, rulebook: &Rulebook) {
        let digest = Digest(rulebook.digest);
        if self.rulebook_digest.is_some_and(|wanted| wanted != digest) {
            check.wrong_head(
                "rulebook_digest",
                &format!(
                    "rulebook `{}` has another text, with digest `{digest}`",
                    rulebook.name
                ),
                "give the rulebook this file was made for, or leave the line out to take this one",
            );
        }
        check.add(Fact::Settings(Settings {
            rulebook: rulebook.name.clone(),
            digest: digest.to_string(),
            switches: self.switches.clone(),
            loading: self.loading,
        }));
    }
}

fn write_section<R: Row + Serialize>(
    yaml: &mut String,
    section: &'static str,
    rows: &[R],
) -> Result<(), WriteError> {
    if rows.is_empty() {
        return Ok(());
    }
    yaml.push_str(section);
    yaml.push_str(":\n");
    for row in rows {
        let flow = serde_saphyr::FlowMap(row);
        let line =
            serde_saphyr::to_string(&flow).map_err(|source| WriteError { section, source })?;
        yaml.push_str("  - ");
        yaml.push_str(line.trim_end());
        yaml.push('\n');
    }
    Ok(())
}

/// A directory file that was read: the document, and where its rows stand.
#[derive(Debug, Clone)]
pub struct DirectoryFile {
    name: String,
    document: DirectoryDocument,
    lines: Lines,
}

impl DirectoryFile {
    /// Returns the file. `name` is only used in messages.
    ///
    /// Errors: [`Problems`] with the line, the field at fault and what to write instead.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let document = yaml::read(name, text)?;
        let lines = yaml::read(name, text)?;
        Ok(Self::new(name, document, lines))
    }

    pub(crate) fn new(name: &str, document: DirectoryDocument, lines: Lines) -> Self {
        Self {
            name: name.to_owned(),
            document,
            lines,
        }
    }

    /// Returns what stands in the file.
    #[must_use]
    pub const fn document(&self) -> &DirectoryDocument {
        &self.document
    }

    /// Returns the facts, and the texts whose digests they hold.
    ///
    /// `digest` makes the digest of a text; it is told what the text is of, as in `person:ana/email`.
    /// Errors: [`Problems`], one for each id or name that is not known, with the nearest one that is,
    /// and one for each thing that is there twice.
    pub fn facts(
        &self,
        rulebook: &Rulebook,
        digest: &mut dyn FnMut(&str, &str) -> TextDigest,
    ) -> Result<Facts, Problems> {
        let mut check = Check::new(&self.name, &self.lines, &self.document, rulebook, digest);
        self.document.settings(&mut check, rulebook);
        self.document.check_rows(&mut check);
        check.finish()
    }
}

//! Commands as files write them: the name, and the fields; assets, groups and terms in short.

use std::fmt;

use engine::fact::Terms;
use engine::{AssetId, AssetOrGroup, BusinessId, Directory, GroupId, Holder};
use jiff::Timestamp;
use rulebook::Problems;
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, Unexpected,
    VariantAccess, Visitor,
};

use super::words::{NoKind, terms};
use crate::document::{TermsRow, moment, yaml};
use crate::{
    AcceptShare, ChangeShare, Command, DeclineShare, GiveAssignment, OfferShare, ReturnShare,
    RevokeAssignment, RevokeShare,
};

/// A command as it stands in a file. Terms become whole when the kind of the asset is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRow(Short);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Short {
    Whole(Command),
    OfferShare(ShareBody),
    ChangeShare(ShareBody),
    AcceptShare(ShareName),
    DeclineShare(ShareName),
    ReturnShare(ShareName),
    RevokeShare(ShareName),
    GiveAssignment(AssignmentBody),
    RevokeAssignment(AssignmentName),
}

macro_rules! bodies {
    ($($name:ident about $whole:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name {
            #[serde(default)]
            $whole: Option<AssetOrGroup>,
            #[serde(default)]
            asset: Option<AssetId>,
            #[serde(default)]
            group: Option<GroupId>,
            $($(#[$attribute])* $field: $type,)*
        }

        impl $name {
            fn about(&self, command: &'static str) -> Result<AssetOrGroup, CommandRowError> {
                match (&self.$whole, &self.asset, &self.group) {
                    (Some(on), None, None) => Ok(on.clone()),
                    (None, Some(id), None) => Ok(AssetOrGroup::Asset(id.clone())),
                    (None, None, Some(id)) => Ok(AssetOrGroup::Group(id.clone())),
                    _ => Err(CommandRowError::About { command }),
                }
            }
        }
    )*};
}

bodies! {
    ShareBody about of {
        to: BusinessId,
        #[serde(default)]
        terms: TermsRow,
        #[serde(default, deserialize_with = "moment::read_if_there")]
        until: Option<Timestamp>,
    }
    ShareName about of {
        to: BusinessId,
    }
    AssignmentBody about on {
        holder: Holder,
        #[serde(default)]
        via: Option<BusinessId>,
        terms: TermsRow,
        #[serde(default, deserialize_with = "moment::read_if_there")]
        until: Option<Timestamp>,
    }
    AssignmentName about on {
        holder: Holder,
        #[serde(default)]
        via: Option<BusinessId>,
    }
}

impl std::str::FromStr for CommandRow {
    type Err = Problems;

    /// Reads a command as a file writes it.
    fn from_str(text: &str) -> Result<Self, Problems> {
        yaml::read("command", text)
    }
}

impl From<Command> for CommandRow {
    fn from(command: Command) -> Self {
        Self(Short::Whole(command))
    }
}

/// Why a command of a file is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandRowError {
    /// It is about no asset and no group, or about several.
    #[error("`{command}` is about one asset or one group: write `asset: ID` or `group: ID`")]
    About {
        /// The command.
        command: &'static str,
    },
    /// Terms, but no kind to take them for.
    #[error(transparent)]
    NoKind(#[from] NoKind),
}

impl CommandRow {
    /// Returns the whole command.
    ///
    /// Errors: [`CommandRowError`] when it is about no asset or group, or terms are for no known kind.
    pub fn command(&self, directory: &Directory) -> Result<Command, CommandRowError> {
        Ok(match &self.0 {
            Short::Whole(command) => command.clone(),
            Short::OfferShare(body) => body.offer(directory)?.into(),
            Short::ChangeShare(body) => body.change(directory)?.into(),
            Short::AcceptShare(body) => {
                let (of, to) = (body.about("share.accept")?, body.to.clone());
                AcceptShare { of, to }.into()
            }
            Short::DeclineShare(body) => {
                let (of, to) = (body.about("share.decline")?, body.to.clone());
                DeclineShare { of, to }.into()
            }
            Short::ReturnShare(body) => {
                let (of, to) = (body.about("share.return")?, body.to.clone());
                ReturnShare { of, to }.into()
            }
            Short::RevokeShare(body) => {
                let (of, to) = (body.about("share.revoke")?, body.to.clone());
                RevokeShare { of, to }.into()
            }
            Short::GiveAssignment(body) => body.give(directory)?.into(),
            Short::RevokeAssignment(body) => RevokeAssignment {
                on: body.about("assignment.revoke")?,
                holder: body.holder.clone(),
                via: body.via.clone(),
            }
            .into(),
        })
    }
}

fn whole(row: &TermsRow, on: &AssetOrGroup, directory: &Directory) -> Result<Terms, NoKind> {
    match on {
        AssetOrGroup::Asset(id) => terms(row, Some(id), directory),
        AssetOrGroup::Group(_) => terms(row, None, directory),
    }
}

impl ShareBody {
    fn offer(&self, directory: &Directory) -> Result<OfferShare, CommandRowError> {
        let of = self.about("share.offer")?;
        Ok(OfferShare {
            terms: whole(&self.terms, &of, directory)?,
            of,
            to: self.to.clone(),
            until: self.until,
        })
    }

    fn change(&self, directory: &Directory) -> Result<ChangeShare, CommandRowError> {
        let of = self.about("share.change")?;
        Ok(ChangeShare {
            terms: whole(&self.terms, &of, directory)?,
            of,
            to: self.to.clone(),
            until: self.until,
        })
    }
}

impl AssignmentBody {
    fn give(&self, directory: &Directory) -> Result<GiveAssignment, CommandRowError> {
        let on = self.about("assignment.give")?;
        Ok(GiveAssignment {
            terms: whole(&self.terms, &on, directory)?,
            on,
            holder: self.holder.clone(),
            via: self.via.clone(),
            until: self.until,
        })
    }
}

impl<'de> Deserialize<'de> for CommandRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CommandVisitor)
    }
}

struct CommandVisitor;

impl<'de> Visitor<'de> for CommandVisitor {
    type Value = CommandRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command, as in `{ member.remove: { business: \"9001\", person: ben } }`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CommandRow, A::Error> {
        let Some(name) = map.next_key::<String>()? else {
            return Err(A::Error::invalid_length(0, &self));
        };
        let short = match name.as_str() {
            "share.offer" => Short::OfferShare(map.next_value()?),
            "share.change" => Short::ChangeShare(map.next_value()?),
            "share.accept" => Short::AcceptShare(map.next_value()?),
            "share.decline" => Short::DeclineShare(map.next_value()?),
            "share.return" => Short::ReturnShare(map.next_value()?),
            "share.revoke" => Short::RevokeShare(map.next_value()?),
            "assignment.give" => Short::GiveAssignment(map.next_value()?),
            "assignment.revoke" => Short::RevokeAssignment(map.next_value()?),
            _ => Short::Whole(map.next_value_seed(Named(&name))?),
        };
        match map.next_key::<String>()? {
            None => Ok(CommandRow(short)),
            Some(second) => Err(A::Error::custom(format!(
                "one command a step: `{second}` wants a step of its own"
            ))),
        }
    }
}

/// Reads the fields of the command with this name.
struct Named<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Named<'_> {
    type Value = Command;

    fn deserialize<D: Deserializer<'de>>(self, body: D) -> Result<Command, D::Error> {
        Command::deserialize(NamedBody { name: self.0, body })
    }
}

/// A name and a body, as serde sees an enum.
struct NamedBody<'n, D> {
    name: &'n str,
    body: D,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for NamedBody<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, D: Deserializer<'de>> EnumAccess<'de> for NamedBody<'_, D> {
    type Error = D::Error;
    type Variant = Body<D>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Body<D>), D::Error> {
        let name = seed.deserialize(self.name.into_deserializer())?;
        Ok((name, Body(self.body)))
    }
}

struct Body<D>(D);

impl<'de, D: Deserializer<'de>> VariantAccess<'de> for Body<D> {
    type Error = D::Error;

    fn unit_variant(self) -> Result<(), D::Error> {
        Err(D::Error::invalid_type(
            Unexpected::UnitVariant,
            &"the fields of a command",
        ))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, D::Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }
}

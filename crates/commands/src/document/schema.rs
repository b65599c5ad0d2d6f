//! How the plain words of a file are described to an editor: ids, references, times.
//!
//! None of these types has a value; they only lend their schema to fields of other types.

macro_rules! text {
    ($($(#[doc = $doc:literal])* $name:ident = $schema:tt;)*) => {$(
        $(#[doc = $doc])*
        pub(crate) enum $name {}

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    )*};
}

pub(crate) use text;

text! {
    #[doc = "An id: at most 128 bytes, no white space. Quote it where it is all digits."]
    Id = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^\\S+$" };
    #[doc = "Who can hold access."]
    HolderText = { "type": "string", "pattern": "^(person|system_user|business|app):\\S+$" };
    #[doc = "Who owns an asset or app."]
    OwnerText = { "type": "string", "pattern": "^(business|person):\\S+$" };
    #[doc = "Something a question is about."]
    ThingText = { "type": "string", "pattern": "^(realm|(asset|business|app|person|system_user|group):\\S+)$" };
    #[doc = "A moment, RFC 3339."]
    Moment = { "type": "string", "format": "date-time" };
    #[doc = "A moment, or `never`."]
    MomentOrNever = { "anyOf": [{ "const": "never" }, { "type": "string", "format": "date-time" }] };
    #[doc = "SHA-256, hexadecimal."]
    DigestText = { "type": "string", "pattern": "^[0-9a-f]{64}$" };
    #[doc = "Plain facts for conditions."]
    PropertiesMap = { "type": "object", "additionalProperties": { "type": ["boolean", "integer", "string"] } };
    #[doc = "Terms: a name, a list of names, or names per kind of asset."]
    TermsText = { "anyOf": [
        { "type": "string" },
        { "type": "array", "items": { "type": "string" } },
        { "type": "object", "additionalProperties": { "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
        ] } },
    ] };
}

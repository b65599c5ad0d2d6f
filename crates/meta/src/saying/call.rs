//! What is said of calls that are wrong themselves, and of the platform's own trouble.

use super::Saying;
use super::cause::{ASSET_NOT_ASSIGNED, FEATURE_MISSING, UNKNOWN, other};

pub(super) const ROWS: &[Saying] = &[
    Saying::new(400, 100, "The parameter {} is required").causes(&[other(
        "A parameter is missing.",
        "send the one the message names",
    )]),
    Saying::new(400, 100, "must be one of {").causes(&[other(
        "A parameter has a value there is not.",
        "take one of those the message lists",
    )]),
    Saying::new(400, 100, "must be a valid ID string").causes(&[other(
        "A parameter is no id.",
        "write the number as text, without `act_`",
    )]),
    Saying::new(400, 100, "Tried accessing nonexisting field ({})").causes(&[
        other(
            "The object has no such field, or no longer in this version.",
            "compare `fields` with the reference of the version in the path",
        ),
        other(
            "The id is one of another kind of object.",
            "ask for `id` alone, with `metadata=1`",
        ),
    ]),
    Saying::new(400, 100, "Unsupported request - method type")
        .of_method()
        .causes(&[other(
            "The path exists, and cannot be used with this method.",
            "GET reads, POST creates and changes, DELETE removes",
        )]),
    Saying::new(400, 100, "Maximum batch size is").causes(&[other(
        "The batch is too long.",
        "send at most 50 calls at once",
    )]),
    Saying::new(400, 100, "Missing permissions").causes(&[ASSET_NOT_ASSIGNED, FEATURE_MISSING]),
    Saying::new(400, 100, "Invalid parameter").causes(&[
        other(
            "A parameter is not what it must be.",
            "read `error_user_msg` and `blame_field_specs` in the error",
        ),
        UNKNOWN,
    ]),
    Saying::new(400, 100, "Param").causes(&[other(
        "A parameter is not what it must be.",
        "read `blame_field_specs` in the error",
    )]),
    Saying::new(400, 2500, "Unknown path components")
        .plain()
        .causes(&[other(
            "There is no such edge on this kind of object.",
            "check the path against the reference; is the id of the kind you think?",
        )]),
    Saying::new(400, 2500, "Syntax error")
        .plain()
        .causes(&[other(
            "`fields` is not written as it must be.",
            "count the braces; look at the character the message names",
        )]),
    Saying::new(400, 2635, "deprecated version").causes(&[other(
        "The version in the path is too old.",
        "update the SDK, or raise the version",
    )]),
    Saying::new(500, 1, "reduce the amount of data")
        .plain()
        .causes(&[other(
            "One call asks for more than one answer can hold.",
            "ask for fewer fields, a shorter time or a smaller `limit`",
        )]),
    Saying::new(500, 1, "unknown error")
        .plain()
        .transient()
        .causes(&[other(
            "The platform failed.",
            "try again later; if it stays, ask for less",
        )]),
    Saying::new(500, 2, "temporarily unavailable")
        .plain()
        .transient()
        .causes(&[other(
            "The platform is down or overloaded.",
            "try again later",
        )]),
];

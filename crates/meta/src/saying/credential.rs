//! What is said of tokens and proofs.

use rulebook::Reason;

use super::cause::{
    APP_SUSPENDED, PROOF_MISSING, TOKEN_EXPIRED, TOKEN_INVALIDATED, TOKEN_UNKNOWN,
    TOKEN_WRONG_KIND, because, other,
};
use super::{Saying, When::Always};

const AGAIN: &str = "ask whoever is behind the token to consent again; refreshing cannot help";

pub(super) const ROWS: &[Saying] = &[
    Saying::new(401, 190, "Invalid OAuth access token.")
        .plain()
        .sends(&[(Reason::TokenUnknown, Always)])
        .causes(&[TOKEN_UNKNOWN, TOKEN_INVALIDATED]),
    Saying::new(401, 190, "Invalid OAuth access token")
        .plain()
        .causes(&[TOKEN_UNKNOWN]),
    Saying::new(401, 190, "Malformed access token").plain().causes(&[
        because(
            Reason::TokenUnknown,
            "The token is cut off, doubled, or written with blanks or quotes around it.",
            "print the length of what is sent; look for a line end at its end",
        ),
    ]),
    Saying::new(400, 190, "Error validating access token: Session has expired")
        .plain()
        .sub(463)
        .sends(&[(Reason::TokenExpired, Always)])
        .causes(&[TOKEN_EXPIRED]),
    Saying::new(
        400,
        190,
        "Error validating access token: The session is invalid because the user logged out.",
    )
    .plain()
    .sub(467)
    .sends(&[(Reason::TokenInvalidated, Always)])
    .causes(&[
        because(
            Reason::TokenInvalidated,
            "The token was revoked or replaced, or the session it came from was left.",
            "ask whether somebody rotated or revoked it; use the new one",
        ),
    ]),
    Saying::new(
        400,
        190,
        "Error validating access token: The session has been invalidated because the user changed their password",
    )
    .plain()
    .sub(460)
    .causes(&[because(
        Reason::TokenInvalidated,
        "The person behind the token changed the password, or the platform ended all sessions.",
        AGAIN,
    )]),
    Saying::new(400, 190, "has not authorized application")
        .plain()
        .sub(458)
        .causes(&[because(
            Reason::TokenInvalidated,
            "The app was removed by the person behind the token, or uninstalled from the business.",
            "look in the person's settings among the business integrations; consent again",
        )]),
    Saying::new(400, 190, "You cannot access the app till you log in")
        .plain()
        .sub(459)
        .causes(&[because(
            Reason::TokenInvalidated,
            "The platform stopped the person's account at a checkpoint.",
            "let the person sign in to the platform's own page and do what it asks",
        )]),
    Saying::new(400, 190, "not a confirmed user")
        .plain()
        .sub(464)
        .causes(&[because(
            Reason::TokenInvalidated,
            "The person's account is not confirmed.",
            "let the person confirm the account",
        )]),
    Saying::new(400, 190, "no appropriate role on the Page")
        .plain()
        .sub(492)
        .causes(&[because(
            Reason::TokenInvalidated,
            "Whoever is behind the Page's token has no role on the Page any more.",
            "assign the role again, and read the Page's token anew",
        )]),
    Saying::new(400, 190, "hasn't engaged the app in longer than 90 days")
        .plain()
        .sub(493)
        .causes(&[because(
            Reason::TokenExpired,
            "The person did not use the app for 90 days: access to data is over.",
            "let the person open the app and consent again",
        )]),
    Saying::new(400, 102, "Session key invalid or no longer valid")
        .plain()
        .causes(&[TOKEN_EXPIRED, TOKEN_INVALIDATED]),
    Saying::new(400, 104, "An access token is required to request this resource.")
        .plain()
        .causes(&[
            other("No token was sent.", "is `access_token` in the query, the form, the JSON body or the header?"),
            other("The signature of the call is wrong.", "sign with the secret of the app that the token is of"),
        ]),
    Saying::new(400, 2500, "An active access token must be used")
        .plain()
        .causes(&[
            other("`/me` was asked without a token.", "send `access_token`"),
            TOKEN_WRONG_KIND,
        ]),
    Saying::new(400, 100, "API calls from the server require an appsecret_proof argument")
        .of_method()
        .sends(&[(Reason::ProofMissing, Always)])
        .causes(&[PROOF_MISSING]),
    Saying::new(400, 100, "Invalid appsecret_proof provided in the API argument")
        .of_method()
        .causes(&[
            because(
                Reason::ProofMissing,
                "The proof was made with another app's secret, an old secret, or for another token.",
                "make it anew for exactly the token that is sent; a Page's token needs its own",
            ),
        ]),
    Saying::new(400, 101, "Error validating application")
        .plain()
        .causes(&[other("There is no such app, or it was deleted.", "check the app's id"), APP_SUSPENDED]),
    Saying::new(400, 101, "Missing client_id parameter")
        .plain()
        .causes(&[other("The exchange names no app.", "send `client_id`")]),
    Saying::new(400, 1, "Error validating client secret")
        .plain()
        .causes(&[other(
            "The secret is not that of the app.",
            "copy it from the app's settings again; it may have been reset",
        )]),
    Saying::new(400, 452, "Session key invalid")
        .causes(&[TOKEN_EXPIRED, TOKEN_INVALIDATED]),
    Saying::new(400, 457, "The session has an invalid origin")
        .causes(&[TOKEN_WRONG_KIND]),
];

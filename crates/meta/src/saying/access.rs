//! What is said of apps, permissions and roles.

use rulebook::Reason;

use super::cause::{
    APP_LEVEL_STANDARD, APP_NOT_CLAIMED, APP_NOT_LIVE, APP_REVIEW_GATE, APP_SUSPENDED, APP_TIER,
    APPROVAL_NEEDED, ASSET_NOT_ASSIGNED, BUSINESS_ROLE_TOO_LOW, BUSINESS_SUSPENDED,
    CONDITION_FAILED, ENV_SANDBOX, EVIDENCE_STALE, FEATURE_MISSING, GRANT_ENDED, LAYER_INDEPENDENT,
    MANDATE_ENDED, MANDATE_LIMIT, MANDATE_MISSING, MANDATE_STOPPED, MODEL_FORBIDDEN, NOT_DELEGATED,
    PARTNER_CAP, PARTNER_NOT_SHARED, PARTNER_PENDING, PRECONDITION, ROLE_TOO_LOW, SCOPE_DECLINED,
    SCOPE_MISSING, SCOPE_NOT_FOR_ASSET, STEP_UP, TOKEN_WRONG_KIND, UNKNOWN, WRONG_CONTEXT, because,
    other,
};
use super::{
    Cause, Saying,
    When::{Always, CreatesAds, OfAssets, OfPage, OnAccount, ReadsAccount},
};

/// What is said of a node that is not there or not for the asker.
pub const NO_OBJECT: Saying = Saying::new(
    400,
    100,
    "Object with ID '{}' does not exist, cannot be loaded due to missing permissions, or does not support this operation",
)
.of_method()
.sub(33)
.causes(&[
    ASSET_NOT_ASSIGNED,
    PARTNER_NOT_SHARED,
    PARTNER_PENDING,
    UNKNOWN,
    other(
        "The id is an ad account's number without `act_` in front of it.",
        "write `act_` and the number",
    ),
    SCOPE_MISSING,
    TOKEN_WRONG_KIND,
]);

/// What is said of an ad account's edges to whoever has nothing there.
pub const NO_GRANT: Saying = Saying::new(
    403,
    200,
    "Ad account owner has NOT grant ads_management or ads_read permission",
)
.sends(&[
    (Reason::ScopeNotForAsset, OnAccount),
    (Reason::ScopeMissing, ReadsAccount),
    (Reason::ScopeDeclined, ReadsAccount),
    (Reason::AppLevelStandard, ReadsAccount),
    (Reason::AppReviewGate, ReadsAccount),
    (Reason::AppNotLive, ReadsAccount),
    (Reason::FeatureMissing, ReadsAccount),
])
.causes(&[
    SCOPE_MISSING,
    ASSET_NOT_ASSIGNED,
    APP_LEVEL_STANDARD,
    SCOPE_NOT_FOR_ASSET,
    SCOPE_DECLINED,
    APP_NOT_LIVE,
    PARTNER_NOT_SHARED,
    PARTNER_PENDING,
    APP_REVIEW_GATE,
    FEATURE_MISSING,
    UNKNOWN,
]);

/// What is said where nothing better fits.
pub const NO_PERMISSION: Saying = Saying::new(403, 200, "Permissions error")
    .sends(&[(Reason::BusinessRoleTooLow, OfAssets)])
    .causes(&[
        ROLE_TOO_LOW,
        PARTNER_CAP,
        BUSINESS_ROLE_TOO_LOW,
        ASSET_NOT_ASSIGNED,
        PARTNER_NOT_SHARED,
        PARTNER_PENDING,
        SCOPE_NOT_FOR_ASSET,
        SCOPE_MISSING,
        SCOPE_DECLINED,
        APP_LEVEL_STANDARD,
        APP_REVIEW_GATE,
        APP_NOT_LIVE,
        FEATURE_MISSING,
        TOKEN_WRONG_KIND,
        ENV_SANDBOX,
        GRANT_ENDED,
        NOT_DELEGATED,
        LAYER_INDEPENDENT,
        MANDATE_MISSING,
        MANDATE_LIMIT,
        MANDATE_ENDED,
        MANDATE_STOPPED,
        APPROVAL_NEEDED,
        WRONG_CONTEXT,
        CONDITION_FAILED,
        PRECONDITION,
        EVIDENCE_STALE,
        MODEL_FORBIDDEN,
        UNKNOWN,
    ]);

const SCOPES: &[Cause] = &[
    SCOPE_MISSING,
    APP_LEVEL_STANDARD,
    SCOPE_DECLINED,
    APP_NOT_LIVE,
    APP_REVIEW_GATE,
    FEATURE_MISSING,
];

const NO_WRITE: Cause = because(
    Reason::RoleTooLow,
    "The role on the ad account does not reach to audiences.",
    "look at the role on the ad account",
);

const TERMS: Cause = other(
    "The terms of custom audiences are not accepted for this ad account.",
    "let an admin of the ad account accept them",
);

pub(super) const ROWS: &[Saying] = &[
    Saying::new(403, 210, "A page access token is required to request this resource.")
        .sends(&[(Reason::TokenWrongKind, OfPage)])
        .causes(&[
            TOKEN_WRONG_KIND,
            because(
                Reason::ScopeMissing,
                "A Page's token could not be read, for a permission was missing.",
                "read it from `/me/accounts`, which needs `pages_show_list`",
            ),
        ]),
    Saying::new(400, 200, "API access blocked.")
        .plain()
        .sends(&[(Reason::AppSuspended, Always)])
        .causes(&[APP_SUSPENDED, APP_REVIEW_GATE]),
    Saying::new(400, 3, "Application does not have the capability to make this API call.")
        .sends(&[(Reason::AppTier, Always)])
        .causes(&[
            APP_TIER,
            other(
                "The Marketing API is not among the app's products.",
                "look in the app's dashboard",
            ),
            FEATURE_MISSING,
        ]),
    Saying::new(403, 200, "Cannot access an object not managed by the business owning this app.")
        .sends(&[(Reason::AppNotClaimed, Always)])
        .causes(&[APP_NOT_CLAIMED]),
    NO_GRANT,
    Saying::new(
        403,
        294,
        "Managing advertisements requires an access token with the extended permission for ads_management",
    )
    .sends(&[
        (Reason::ScopeMissing, CreatesAds),
        (Reason::ScopeDeclined, CreatesAds),
        (Reason::AppLevelStandard, CreatesAds),
        (Reason::AppReviewGate, CreatesAds),
        (Reason::AppNotLive, CreatesAds),
        (Reason::FeatureMissing, CreatesAds),
    ])
    .causes(SCOPES),
    Saying::new(403, 200, "Requires {} permission to manage the object")
        .sends(&[
            (Reason::ScopeMissing, Always),
            (Reason::ScopeDeclined, Always),
            (Reason::AppLevelStandard, Always),
            (Reason::AppReviewGate, Always),
            (Reason::AppNotLive, Always),
            (Reason::FeatureMissing, Always),
        ])
        .causes(SCOPES),
    NO_PERMISSION,
    Saying::new(
        403,
        10,
        "You do not have permission to perform this action. This action requires that you can MANAGE_PERMISSIONS for \
         this business account.",
    )
    .sends(&[(Reason::BusinessRoleTooLow, Always)])
    .causes(&[BUSINESS_ROLE_TOO_LOW, TOKEN_WRONG_KIND]),
    Saying::new(403, 10, "Application does not have permission for this action").causes(&[
        SCOPE_MISSING,
        APP_LEVEL_STANDARD,
        APP_REVIEW_GATE,
        BUSINESS_ROLE_TOO_LOW,
        APP_NOT_LIVE,
    ]),
    Saying::new(403, 10, "This Action Is Not Allowed").sub(2_859_030).causes(&[other(
        "The platform lets this business invite nobody by its API now.",
        "invite in the business's settings; ask the platform's support",
    )]),
    Saying::new(400, 415, "Two factor authentication required")
        .sub(2_859_009)
        .sends(&[(Reason::StepUp, Always)])
        .causes(&[STEP_UP]),
    Saying::new(400, 415, "Two factor authentication required").causes(&[STEP_UP]),
    Saying::new(
        400,
        368,
        "The action attempted has been deemed abusive or is otherwise disallowed",
    )
    .sends(&[(Reason::BusinessSuspended, Always)])
    .causes(&[BUSINESS_SUSPENDED, APP_SUSPENDED]),
    NO_OBJECT,
    Saying::new(403, 273, "This Ads API call requires the user to be admin of the ad account")
        .causes(&[ROLE_TOO_LOW, ASSET_NOT_ASSIGNED, PARTNER_CAP]),
    Saying::new(403, 272, "requires the user to be admin of the ad account")
        .causes(&[ROLE_TOO_LOW, ASSET_NOT_ASSIGNED, PARTNER_CAP]),
    Saying::new(403, 278, "Reading advertisements requires an access token with the extended permission ads_read")
        .causes(SCOPES),
    Saying::new(403, 270, "development access").causes(&[APP_TIER, APP_LEVEL_STANDARD]),
    Saying::new(403, 200, "Provide valid app ID").causes(&[
        other("The app's id in the call is none, or not the token's app.", "check the app's id"),
        TOKEN_WRONG_KIND,
    ]),
    Saying::new(403, 200, "Custom Audience").sub(1_870_034).causes(&[TERMS]),
    Saying::new(403, 200, "Custom Audience").sub(1_870_090).causes(&[TERMS]),
    Saying::new(403, 200, "Custom Audience").sub(1_870_050).causes(&[other(
        "The ad account belongs to no business.",
        "let a business claim the ad account",
    )]),
    Saying::new(403, 2654, "No write permission for this ad account")
        .sub(1_713_092)
        .causes(&[NO_WRITE, PARTNER_CAP, ASSET_NOT_ASSIGNED]),
    Saying::new(400, 2620, "Invalid call to update account permissions")
        .causes(&[BUSINESS_ROLE_TOO_LOW, ROLE_TOO_LOW]),
    Saying::new(400, 100, "created by an app that is in development mode")
        .sub(1_885_183)
        .causes(&[APP_NOT_LIVE]),
];

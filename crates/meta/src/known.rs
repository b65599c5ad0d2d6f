//! Fields that nodes have on the platform and that nothing here speaks of. Asking for one is no
//! error: it is left out, as a field without a value is.
//!
//! Source: the platform's published reference of each node.

use crate::market::trade::of_node;
use crate::node::Kind;

const BUSINESS: &str = "block_offline_analytics created_by created_time extended_updated_time is_hidden link \
    payment_account_id primary_page profile_picture_uri timezone_id updated_by updated_time \
    user_access_expire_time vertical vertical_id";
const BUSINESS_USER: &str = "business_role_request finance_permission first_name ip_permission last_name pending_email title \
    two_fac_status";
const SYSTEM_USER: &str = "created_by created_time finance_permission ip_permission";
const ROLE_REQUEST: &str =
    "created_time finance_role invite_link invited_user_type ip_role updated_by updated_time";
const AD_ACCOUNT: &str = "account_status ad_account_promotable_objects age agency_client_declaration amount_spent \
    balance business_city business_country_code business_name business_state business_street business_zip \
    capabilities created_time currency default_dsa_beneficiary default_dsa_payor disable_reason end_advertiser \
    end_advertiser_name extended_credit_invoice_group fb_entity funding_source funding_source_details \
    has_migrated_permissions has_page_authorized_adaccount io_number is_attribution_spec_system_default \
    is_direct_deals_enabled is_in_3ds_authorization_enabled_market is_notifications_enabled is_personal \
    is_prepay_account is_tax_id_required line_numbers media_agency min_campaign_group_spend_cap \
    min_daily_budget offsite_pixels_tos_accepted partner rf_spec spend_cap tax_id tax_id_status tax_id_type \
    timezone_id timezone_name timezone_offset_hours_utc tos_accepted user_tos_accepted";
const PAGE: &str = "about bio birthday can_checkin can_post category category_list checkins \
    contact_address cover description emails fan_count followers_count hours instagram_business_account \
    is_published is_verified link location phone picture rating_count talking_about_count username \
    verification_status website";
const PIXEL: &str = "automatic_matching_fields can_proxy code config creation_time creator data_use_setting \
    enable_automatic_matching event_stats first_party_cookie_status is_created_by_business is_crm \
    is_unavailable last_fired_time owner_ad_account";
const CATALOG: &str = "catalog_store country default_image_url fallback_image_url feed_count is_catalog_segment \
    is_local_catalog product_count store_catalog_settings vertical";
const APP: &str = "app_domains app_type category company contact_email creator_uid deauth_callback_url link \
    logo_url migrations namespace object_store_urls privacy_policy_url restrictions server_ip_whitelist \
    supported_platforms terms_of_service_url";
const AUDIENCE: &str = "account_id customer_file_source data_source delivery_status description \
    external_event_source is_value_based lookalike_spec operation_status permission_for_actions pixel_id \
    retention_days rule sharing_status subtype time_content_updated time_created time_updated";
const USER: &str = "email first_name last_name middle_name name_format picture short_name";

/// Returns whether a kind of node has a field of this name on the platform.
#[must_use]
pub fn is_field(kind: Kind, name: &str) -> bool {
    let names = match kind {
        Kind::Business => BUSINESS,
        Kind::User => USER,
        Kind::BusinessUser => BUSINESS_USER,
        Kind::SystemUser => SYSTEM_USER,
        Kind::App => APP,
        Kind::AdAccount => AD_ACCOUNT,
        Kind::Page => PAGE,
        Kind::Pixel => PIXEL,
        Kind::Catalog => CATALOG,
        Kind::RoleRequest => ROLE_REQUEST,
        Kind::Request | Kind::Agreement => "relationship_type",
        Kind::Audience => AUDIENCE,
        Kind::Instagram | Kind::Asset | Kind::OfflineSet | Kind::Group => "",
        other => of_node(other).map_or("", |trade| trade.says),
    };
    names.split_ascii_whitespace().any(|known| known == name)
}

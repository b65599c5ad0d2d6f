//! Which operation is asked about which marketing object: one line a kind.

use market::Kind as Thing;

use crate::node::Kind;

/// A kind of marketing object: what it is called, and the operations that dealing with it is.
#[derive(Debug, Clone, Copy)]
pub struct Trade {
    /// The kind.
    pub kind: Thing,
    /// As a node.
    pub node: Kind,
    /// Reading it.
    pub read: &'static str,
    /// Making one; nothing where that is no call of its own.
    pub create: &'static str,
    /// Changing what it says.
    pub edit: &'static str,
    /// Deleting it.
    pub delete: &'static str,
    /// Pausing, resuming and first starting it, if it runs at all.
    pub runs: Option<[&'static str; 3]>,
    /// What must be said of a new one.
    pub needs: &'static [&'static str],
    /// What else can be said. Source: the platform's published reference of each node.
    pub says: &'static str,
    /// What a node gives unasked.
    pub unasked: &'static [&'static str],
}

const PLAIN: Trade = Trade {
    kind: Thing::Report,
    node: Kind::Report,
    read: "insights.read",
    create: "insights.read",
    edit: "",
    delete: "",
    runs: None,
    needs: &[],
    says: "",
    unasked: &["id"],
};

/// Every kind.
pub const TRADES: &[Trade] = &[
    Trade {
        kind: Thing::Campaign,
        node: Kind::Campaign,
        read: "campaign.read",
        create: "campaign.create",
        edit: "campaign.edit",
        delete: "campaign.delete",
        runs: Some(["campaign.pause", "campaign.resume", "campaign.launch"]),
        needs: &["name", "objective"],
        says: "adlabels bid_strategy boosted_object_id brand_lift_studies budget_rebalance_flag \
            budget_remaining buying_type can_use_spend_cap is_skadnetwork_attribution issues_info \
            lifetime_budget name objective pacing_type promoted_object recommendations \
            smart_promotion_type special_ad_categories special_ad_category special_ad_category_country \
            spend_cap start_time stop_time topline_id",
        ..PLAIN
    },
    Trade {
        kind: Thing::AdSet,
        node: Kind::AdSet,
        read: "adset.read",
        create: "adset.create",
        edit: "adset.edit",
        delete: "adset.delete",
        runs: Some(["adset.pause", "adset.resume", "adset.launch"]),
        needs: &["name", "campaign_id"],
        says: "adlabels attribution_spec bid_amount bid_strategy billing_event budget_remaining campaign \
            daily_min_spend_target daily_spend_cap destination_type dsa_beneficiary dsa_payor end_time \
            frequency_control_specs is_dynamic_creative issues_info learning_stage_info lifetime_budget \
            lifetime_min_spend_target lifetime_spend_cap multi_optimization_goal_weight name \
            optimization_goal pacing_type promoted_object start_time targeting",
        ..PLAIN
    },
    Trade {
        kind: Thing::Ad,
        node: Kind::Ad,
        read: "ad.read",
        create: "ad.create",
        edit: "ad.edit",
        delete: "ad.delete",
        runs: Some(["ad.pause", "ad.resume", "ad.launch"]),
        needs: &["name", "adset_id", "creative"],
        says: "ad_review_feedback adlabels adset bid_amount campaign campaign_id conversion_domain \
            conversion_specs creative creative_id display_sequence engagement_audience issues_info name \
            preview_shareable_link source_ad_id targeting tracking_specs",
        ..PLAIN
    },
    Trade {
        kind: Thing::Creative,
        node: Kind::Creative,
        read: "creative.read",
        create: "creative.create",
        edit: "ad.edit",
        delete: "ad.delete",
        says: "actor_id adlabels asset_feed_spec authorization_category body call_to_action \
            call_to_action_type degrees_of_freedom_spec effective_object_story_id image_hash image_url \
            instagram_user_id link_url name object_id object_story_id object_story_spec object_type \
            object_url platform_customizations product_set_id template_url thumbnail_url title url_tags \
            video_id",
        unasked: &["id", "name"],
        ..PLAIN
    },
    Trade {
        says: "async_percent_completion async_status breakdowns date_preset date_start date_stop fields is_bookmarked is_running level schedule_id \
            time_completed time_increment time_range time_ref",
        unasked: &[
            "id",
            "account_id",
            "time_ref",
            "async_status",
            "async_percent_completion",
        ],
        ..PLAIN
    },
    Trade {
        kind: Thing::Product,
        node: Kind::Product,
        read: "catalog.view",
        create: "product.write",
        edit: "product.write",
        delete: "product.write",
        needs: &["retailer_id", "name"],
        says: "additional_image_urls availability brand category color condition currency description gender \
            google_product_category gtin image_url inventory name price product_type retailer_id \
            retailer_product_group_id sale_price size url visibility",
        unasked: &["id", "name", "retailer_id"],
        ..PLAIN
    },
    Trade {
        kind: Thing::Feed,
        node: Kind::Feed,
        read: "catalog.view",
        create: "product.write",
        edit: "product.write",
        delete: "product.write",
        needs: &["name"],
        says: "country default_currency deletion_enabled delimiter encoding feed_type file_name name \
            product_count quoted_fields_mode schedule update_schedule",
        unasked: &["id", "name"],
        ..PLAIN
    },
    Trade {
        kind: Thing::ProductSet,
        node: Kind::ProductSet,
        read: "catalog.view",
        create: "product_set.write",
        edit: "product_set.write",
        delete: "product_set.write",
        needs: &["name"],
        says: "auto_creation_url filter latest_metadata live_metadata name ordering_info product_catalog \
            product_count retailer_id",
        unasked: &["id", "name", "filter"],
        ..PLAIN
    },
    Trade {
        kind: Thing::Post,
        node: Kind::Post,
        read: "page.read_engagement",
        create: "post.publish",
        edit: "post.publish",
        delete: "post.publish",
        needs: &["message"],
        says: "actions attachments from full_picture icon instagram_eligibility is_hidden is_published link \
            message message_tags permalink_url picture place properties scheduled_publish_time shares \
            status_type story",
        unasked: &["id", "message", "created_time"],
        ..PLAIN
    },
    Trade {
        kind: Thing::Comment,
        node: Kind::Comment,
        read: "page.read_engagement",
        create: "comment.moderate",
        edit: "comment.moderate",
        delete: "comment.moderate",
        needs: &["message"],
        says: "attachment can_comment can_remove can_reply_privately comment_count from is_hidden is_private \
            like_count message message_tags object parent permalink_url user_likes",
        unasked: &["id", "message", "created_time"],
        ..PLAIN
    },
];

impl Trade {
    /// Returns the line of a kind; nothing for what is no node.
    #[must_use]
    pub fn of(kind: Thing) -> Option<&'static Self> {
        TRADES.iter().find(|trade| trade.kind == kind)
    }

    /// Returns whether a node of the kind can say something under a name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        const ALL: [&str; 10] = [
            "account_id",
            "campaign_id",
            "adset_id",
            "status",
            "configured_status",
            "effective_status",
            "daily_budget",
            "created_time",
            "updated_time",
            "id",
        ];
        ALL.contains(&name) || self.says.split_ascii_whitespace().any(|one| one == name)
    }
}

/// Returns the line of a kind of node.
#[must_use]
pub(crate) fn of_node(kind: Kind) -> Option<&'static Trade> {
    TRADES.iter().find(|trade| trade.node == kind)
}

"""Which test answers each row of the list of attacks; what has none yet, and why."""

# ruff: noqa: E501  # tests' names are sentences

from __future__ import annotations

from itertools import chain

HOW_MANY = {
    "SA": 12,
    "SB": 10,
    "SC": 16,
    "SD": 10,
    "SE": 6,
    "SF": 8,
    "SG": 8,
    "SH": 6,
    "SI": 9,
    "SJ": 8,
}
EVERY = [f"{kind}-{n:02}" for kind, most in HOW_MANY.items() for n in range(1, most + 1)]

_HOOKS, _NEXT = "attacks/test_webhooks.py", "attacks/test_siblings.py"
_ITEMS = "attacks/test_odd_items.py"
_FRAMES, _BODIES = "attacks/test_framing.py", "attacks/test_bodies.py"
_KEYS, _LIVE = "attacks/test_credentials.py", "attacks/test_live.py"
_ROUTES, _RPCS, _WALLS = (
    *("contract/test_every_route.py", "contract/test_every_rpc.py", "contract/test_catalog.py"),
)
_POSTGRES, _EGRESS, _LOGS = "mesh/test_postgres.py", "mesh/test_egress.py", "mesh/test_logs.py"
_INJECTION, _GUARDS = "responder/test_injection.py", "responder/test_guardrails.py"
_CONTAINMENT = "responder/test_containment.py"

ROWS: dict[str, tuple[str, ...]] = {
    "SA-01": (f"{_HOOKS}::test_sa_01_a_body_that_nobody_signed_is_refused_and_not_stored",),
    "SA-02": (f"{_HOOKS}::test_sa_02_the_received_bytes_are_signed_and_not_what_they_mean",),
    "SA-03": (f"{_HOOKS}::test_sa_03_a_signature_that_is_none_is_refused",),
    "SA-04": (f"{_HOOKS}::test_sa_04_many_signatures_are_refused_even_with_a_right_one",),
    "SA-05": (
        f"{_NEXT}::test_sa_05_an_item_of_another_tenant_is_refused_and_its_siblings_are_stored",
    ),
    "SA-06": (f"{_HOOKS}::test_sa_06_a_token_in_the_query_is_none",),
    "SA-07": (f"{_HOOKS}::test_sa_07_a_webhook_that_comes_again_has_no_second_effect",),
    "SA-08": (
        f"{_HOOKS}::test_sa_08_a_time_that_is_none_is_refused",
        f"{_HOOKS}::test_sa_08_six_minutes_are_too_long_ago_and_too_far_ahead",
    ),
    "SA-09": (
        f"{_NEXT}::test_sa_09_the_time_of_a_refusal_does_not_tell_how_near_a_signature_came",
    ),
    "SA-10": (f"{_HOOKS}::test_sa_10_an_unknown_account_looks_like_a_bad_signature",),
    "SA-11": (f"{_HOOKS}::test_sa_11_both_secrets_sign_while_one_is_turned_over",),
    "SA-12": (
        f"{_NEXT}::test_sa_12_a_status_with_anothers_token_changes_nothing_and_is_written_down",
        "tickets/test_doubt.py::test_another_accounts_receipt_is_written_down",
    ),
    "SB-01": (f"{_FRAMES}::test_what_can_be_cut_in_two_ways_is_refused_and_ends_there",),
    "SB-02": (f"{_FRAMES}::test_what_can_be_cut_in_two_ways_is_refused_and_ends_there",),
    "SB-03": (
        f"{_FRAMES}::test_what_can_be_cut_in_two_ways_is_refused_and_ends_there",
        f"{_FRAMES}::test_what_envoy_forgives_is_one_request_behind_it",
    ),
    "SB-04": (f"{_FRAMES}::test_what_can_be_cut_in_two_ways_is_refused_and_ends_there",),
    "SB-05": (f"{_FRAMES}::test_what_is_too_large_before_its_body_is_refused",),
    "SB-06": (f"{_FRAMES}::test_http_1_0_has_no_chunks",),
    "SB-07": (f"{_FRAMES}::test_who_does_not_finish_is_sent_away",),
    "SB-08": (f"{_FRAMES}::test_a_flood_of_frames_ends_its_own_connection_and_nobody_elses",),
    "SB-09": (
        f"{_FRAMES}::test_headers_with_underscores_are_refused",
        "attacks/test_outside.py::test_sb_09_nobody_outside_chooses_how_long_the_edge_waits",
        "attacks/test_outside.py::test_sb_09_who_guesses_cannot_say_that_it_is_somebody_else",
    ),
    "SB-10": (f"{_BODIES}::test_a_path_leads_nowhere_else",),
    "SC-01": (f"{_BODIES}::test_nothing_that_is_compressed_is_inflated",),
    "SC-02": (f"{_BODIES}::test_what_is_deep_or_wide_is_refused",),
    "SC-03": (f"{_BODIES}::test_json_that_parsers_disagree_about_is_refused",),
    "SC-04": (f"{_BODIES}::test_json_that_parsers_disagree_about_is_refused",),
    "SC-05": (f"{_BODIES}::test_json_that_parsers_disagree_about_is_refused",),
    "SC-06": (
        f"{_BODIES}::test_strange_text_is_stored_as_it_is",
        f"{_KEYS}::test_a_text_with_every_strange_character_crosses_grpc",
    ),
    "SC-07": (f"{_BODIES}::test_json_that_parsers_disagree_about_is_refused",),
    "SC-08": (f"{_BODIES}::test_json_that_parsers_disagree_about_is_refused",),
    "SC-09": (f"{_BODIES}::test_what_is_no_object_is_refused",),
    "SC-10": (
        f"{_BODIES}::test_what_is_deep_or_wide_is_refused",
        f"{_BODIES}::test_what_is_too_long_for_its_route_is_refused",
    ),
    "SC-11": (
        f"{_ITEMS}::test_sc_11_an_odd_shape_is_acknowledged_and_no_reason_to_repeat",
        f"{_ITEMS}::test_sc_11_an_envelope_that_is_none_is_no_broken_service",
        "gateway/test_known_traps.py::test_trap_11_odd_shapes_are_read",
    ),
    "SC-12": (f"{_ITEMS}::test_sc_12_a_bad_item_is_a_dead_letter_and_its_sibling_is_stored",),
    "SC-13": (
        f"{_ITEMS}::test_sc_13_a_time_that_is_none_loses_no_message",
        "gateway/channels/test_whatsapp_body.py::test_a_junk_time_is_no_dead_letter",
    ),
    "SC-14": (f"{_BODIES}::test_what_a_foreign_page_can_post_is_refused",),
    "SC-15": (
        f"{_BODIES}::test_strange_text_is_stored_as_it_is",
        "architecture/test_names.py::test_sql_is_never_put_together_with_values_in_it",
    ),
    "SC-16": ("analytics/test_export.py::test_a_cell_that_a_spreadsheet_would_calculate_is_text",),
    "SD-01": (
        f"{_ROUTES}::test_a_thing_of_another_tenant_is_as_if_it_never_was",
        f"{_ROUTES}::test_on_no_route_is_there_a_thing_of_another_tenant",
    ),
    "SD-02": (
        f"{_ROUTES}::test_naming_another_tenant_is_refused_whether_it_exists_or_not",
        "tickets/test_audit.py::test_naming_another_tenant_is_written_down_where_the_caller_belongs",
    ),
    "SD-03": (f"{_POSTGRES}::test_the_tenant_does_not_stay_on_the_connection",),
    "SD-04": (f"{_POSTGRES}::test_a_name_that_no_tenant_can_have_sees_nothing",),
    "SD-05": (
        f"{_WALLS}::test_every_table_is_behind_forced_row_security",
        f"{_WALLS}::test_no_ordinary_role_owns_or_passes_a_wall",
    ),
    "SD-06": (f"{_WALLS}::test_no_view_looks_over_a_wall",),
    "SD-07": (f"{_ROUTES}::test_no_right_opens_more_than_its_own",),
    "SD-08": (
        f"{_ROUTES}::test_a_page_of_another_tenant_cannot_be_turned",
        "tickets/test_channel_secrets.py::test_a_page_token_belongs_to_its_query",
    ),
    "SD-09": (f"{_NEXT}::test_sd_09_whom_another_tenant_knows_does_not_show",),
    "SD-10": (
        "gateway/test_webhooks.py::test_an_archived_tenants_bot_does_not_exist",
        "tickets/test_inbox.py::test_an_archived_tenants_messages_are_dropped",
    ),
    "SE-01": (
        f"{_KEYS}::test_a_key_with_one_character_changed_opens_nothing",
        f"{_KEYS}::test_guessing_is_slowed_down_and_says_for_how_long",
    ),
    "SE-02": (
        f"{_KEYS}::test_a_revoked_key_is_over_at_once_where_it_is_kept",
        "mesh/test_access.py::test_a_revoked_key_ends_within_a_minute",
        "tickets/test_tenants.py::test_the_keys_of_an_archived_tenant_open_nothing",
    ),
    "SE-03": (f"{_LIVE}::test_a_live_token_opens_one_connection",),
    "SE-04": (
        "tickets/test_channel_secrets.py::test_secrets_are_sealed_at_rest_and_only_tokens_are_hashed",
    ),
    "SE-05": (
        "tickets/test_root.py::test_a_key_signs_in_after_the_master_key_was_turned_over",
        "tickets/test_root.py::test_keys_are_the_same_under_a_new_master_key",
        "tickets/test_root.py::test_a_strangers_master_key_is_refused_and_changes_nothing",
    ),
    "SE-06": ("gateway/test_session.py::test_an_unknown_key_gets_no_cookie",),
    "SF-01": (f"{_LIVE}::test_a_foreign_page_is_refused_before_the_upgrade",),
    "SF-02": (f"{_LIVE}::test_a_cookie_is_no_key",),
    "SF-03": (
        f"{_LIVE}::test_a_large_frame_ends_its_socket",
        f"{_LIVE}::test_many_fragments_end_their_socket",
    ),
    "SF-04": (f"{_LIVE}::test_who_talks_all_the_time_is_cut_off",),
    "SF-06": (
        f"{_LIVE}::test_a_strange_position_is_answered_with_a_fresh_start",
        f"{_LIVE}::test_a_watch_with_a_strange_position_says_so_too",
    ),
    "SF-08": (
        "gateway/test_edge.py::test_pages_load_nothing_from_elsewhere",
        "gateway/test_webchat.py::test_the_widget_asks_no_third_party_and_writes_no_markup",
    ),
    "SF-07": ("journeys/test_desk.py::test_storms_of_reconnects_leave_no_gap",),
    "SG-01": (
        f"{_ROUTES}::test_a_key_that_is_nobodys_opens_nothing",
        "mesh/test_access.py::test_a_mesh_token_is_good_for_one_service_only",
        "mesh/test_access.py::test_a_mesh_token_ends",
    ),
    "SG-02": (
        f"{_KEYS}::test_metadata_and_messages_have_their_size",
        f"{_KEYS}::test_many_items_in_one_call_are_refused_by_number",
    ),
    "SG-03": (
        "contract/test_fuzz.py::test_a_strange_message_is_refused_in_words_and_breaks_nothing",
    ),
    "SG-04": (
        f"{_KEYS}::test_a_method_that_is_not_there_is_unimplemented",
        f"{_KEYS}::test_what_is_not_grpc_never_looks_like_a_broken_service",
    ),
    "SG-05": (
        "deploy/test_envoy.py::test_unary_calls_have_a_deadline_and_streams_none",
        "mesh/test_client.py::test_a_call_without_a_deadline_gets_five_seconds",
        f"{_NEXT}::test_sg_05_a_deadline_that_is_none_costs_a_neighbour_on_the_connection_nothing",
    ),
    "SG-06": ("mesh/test_transactions.py::test_a_repeated_request_gets_the_first_answer",),
    "SG-07": (
        f"{_ROUTES}::test_what_is_the_meshs_own_does_not_exist_outside",
        f"{_RPCS}::test_mesh_only_methods_have_no_route",
    ),
    "SG-08": (
        "mesh/test_interceptors.py::test_the_text_of_a_crash_stays_inside",
        "contract/test_fuzz.py::test_a_strange_question_in_json_is_refused_in_words",
    ),
    "SH-01": (f"{_EGRESS}::test_no_way_of_writing_an_address_inside_is_let_through",),
    "SH-02": (
        f"{_EGRESS}::test_addresses_inside_are_not_public",
        f"{_EGRESS}::test_a_name_that_changes_its_mind_leads_only_where_it_was_looked_at",
    ),
    "SH-03": (f"{_EGRESS}::test_a_redirect_is_not_followed",),
    "SH-04": (
        f"{_EGRESS}::test_no_way_of_writing_an_address_inside_is_let_through",
        f"{_EGRESS}::test_outside_only_the_port_of_https_is_open",
    ),
    "SH-05": (
        "gateway/test_endpoints.py::test_an_address_inside_is_never_reached_and_the_ledger_says_so",
    ),
    "SH-06": (
        "gateway/test_endpoints.py::test_what_we_sent_says_so_and_a_loop_ends_at_our_own_door",
    ),
    "SI-01": (
        f"{_INJECTION}::test_our_mark_never_leaves_however_it_is_written",
        f"{_INJECTION}::test_an_attack_stays_in_its_block_of_data",
        f"{_CONTAINMENT}::test_our_instructions_do_not_leave_in_any_dress",
        "responder/test_markup.py::test_markup_of_chats_and_tools_is_text_wherever_it_stands",
    ),
    "SI-02": (f"{_INJECTION}::test_a_prompt_holds_nothing_of_another_tenant",),
    "SI-03": (
        f"{_INJECTION}::test_a_picture_that_would_carry_data_out_is_taken_out",
        f"{_GUARDS}::test_images_and_markup_are_taken_out",
    ),
    "SI-04": (
        f"{_INJECTION}::test_what_a_captured_model_says_does_not_leave",
        "responder/test_captured.py::test_what_would_do_harm_stays_here",
        f"{_GUARDS}::test_another_shape_is_no_output",
    ),
    "SI-05": (
        f"{_GUARDS}::test_another_shape_is_no_output",
        f"{_GUARDS}::test_what_must_not_leave_has_its_reason",
        f"{_GUARDS}::test_another_language_is_seen_where_it_is_plain",
    ),
    "SI-06": (
        "responder/test_spending.py::test_the_day_is_over_when_its_tokens_are",
        "responder/test_spending.py::test_over_the_budget_the_next_tier_answers",
    ),
    "SI-07": (
        "contract/test_every_stream.py::test_the_same_question_in_two_tenants_has_two_answers",
    ),
    "SI-08": ("gateway/test_handover.py::test_the_first_cause_that_applies_is_named",),
    "SJ-01": (f"{_LOGS}::test_what_somebody_wrote_is_one_line_and_escaped",),
    "SJ-02": (f"{_LOGS}::test_a_long_field_is_cut",),
    "SJ-03": ("mesh/test_telemetry.py::test_no_label_holds_a_tenant_or_a_customer",),
    "SJ-04": (
        "journeys/test_customer_is_forgotten.py"
        "::test_an_erased_customer_is_in_no_table_no_cache_and_no_log_and_stays_out",
        "tickets/test_privacy.py::test_after_an_erasure_no_table_holds_a_word_or_a_name_of_the_customer",
    ),
    "SJ-05": (
        "tickets/test_audit.py::test_each_entry_is_chained_to_the_one_before",
        "tickets/test_audit.py::test_the_service_itself_can_change_nothing",
    ),
    "SJ-07": ("architecture/test_secrets.py::test_no_file_of_the_tree_holds_a_secret",),
    "SJ-08": (
        "attacks/test_outside.py::test_sj_08_what_operators_see_is_not_there",
        "attacks/test_outside.py::test_sj_08_no_key_works_that_nobody_made",
    ),
}
WITHOUT = {
    "SF-05": "measured by `python -m bench.walls`: what a slow reader holds",
    "SI-09": "a matter of where Ollama listens; `cassava doctor` and the network policies say where",
    "SJ-06": "needs the network: `make audit`; hashes are checked by every locked installation",
}


def named() -> set[str]:
    return set(chain.from_iterable(ROWS.values()))

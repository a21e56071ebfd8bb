"""Which journey says which verbs of the contract, by the names of their operations."""

_ANSWER = "test_customer_gets_an_answer.py::"

JOURNEYS = {
    "test_desk.py::test_a_case_is_worked_on_with_every_verb": """
        AssignConversation EscalateTicket TakeOver PostMessage WaitTicket ResumeTicket
        SnoozeConversation ResolveConversation RateConversation ReopenConversation Release""",
    "test_desk.py::test_a_case_has_clocks_changes_and_ties": """
        LinkTickets UpdateTicket ListClocks ListTicketChanges""",
    "test_desk.py::test_a_case_ends_and_comes_back_and_whoever_takes_it_is_told_all": """
        AssignTicket UnlinkTickets ResolveTicket ReopenTicket GetBriefing""",
    "test_desk.py::test_promises_teams_and_customers_are_kept_over_rest": """
        CreateCalendar UpdateCalendar CreateSlaPolicy UpdateSlaPolicy ListSlaPolicies
        DeleteSlaPolicy CreateTeam UpdateTeam UpdateCustomer""",
    "test_desk.py::test_a_person_opens_a_case_and_a_desk_is_set_up_over_rest": """
        CreateTicket ListTickets CreateAgent UpdateAgent ArchiveAgent""",
    "test_desk.py::test_what_cannot_be_done_is_said_at_the_edge": "ResendMessage",
    "test_desk.py::test_a_conversation_is_tagged_and_found_by_its_words": """
        UpdateConversation ListConversations""",
    "test_desk.py::test_customers_are_merged_over_rest": "MergeCustomers GetCustomer",
    "test_desk.py::test_an_agent_who_comes_online_gets_what_waits": """
        SetPresence GetAgent ListAgents""",
    "test_desk.py::test_the_figures_speak_of_the_desk": """
        GetDashboard GetTimeseries GetAgentReport""",
    "test_desk.py::test_storms_of_reconnects_leave_no_gap": "StreamEvents",
    "test_drafts.py::test_an_agent_gets_a_draft_with_its_sources_and_nothing_is_sent": """
        DraftReply GetConversation ListMessages""",
    f"{_ANSWER}test_a_whatsapp_message_is_stored_and_its_answer_is_sent": """
        ReceiveWhatsApp""",
    f"{_ANSWER}test_a_telegram_update_is_answered": "ReceiveTelegram",
    f"{_ANSWER}test_a_body_signed_by_the_standard_webhooks_library_is_answered": """
        ReceiveCustom""",
    f"{_ANSWER}test_the_conversation_stands_in_the_exported_file": """
        ExportConversations""",
    f"{_ANSWER}test_a_turn_is_seen_live_over_sse_and_websocket_alike": """
        OpenLiveSocket""",
    "test_tenants_rooms.py::test_a_tenant_has_keys_channels_and_an_end": """
        CreateTenant ListTenants GetTenant UpdateTenant ArchiveTenant CreateKey ListKeys RevokeKey
        IssueLiveToken CreateChannel UpdateChannel GetChannel ListChannels ListAuditLog""",
    "test_tenants_rooms.py::test_articles_are_written_found_proposed_and_taken_away": """
        CreateArticle UpdateArticle GetArticle ListArticles DeleteArticle SearchKnowledge
        ProposeArticle Reply""",
    "test_every_verb.py::test_what_no_article_answered_is_listed_until_somebody_dismisses_it": """
        ListUnansweredQuestions DismissUnansweredQuestion""",
    "test_tenants_rooms.py::test_intents_are_taught_tried_and_trained_until_somebody_cancels": """
        PutIntents ListIntents DeleteIntent ListExamples UpdateExample DeleteExample CorrectIntent
        StartTraining GetTraining ListTrainings CancelTraining ListModels GetModel PublishModel
        Classify ClassifyBatch Explain SuggestIntents ChooseIntent""",
    "test_tenants_rooms.py::test_an_endpoint_is_told_turned_over_and_taken_away": """
        CreateEndpoint UpdateEndpoint GetEndpoint ListEndpoints DeleteEndpoint GetEndpointSecret
        RotateEndpointSecret ListEndpointDeliveries GetEndpointDelivery ReplayEndpoint""",
    "test_tenants_rooms.py::test_a_shadow_needs_a_model_and_is_none_without": """
        StartShadow CompareReplies ListReplyPairs StopShadow""",
    "test_every_verb.py::test_a_letter_is_read_again_on_demand": """
        ListDeadLetters GetDeadLetter ReplayDeadLetter""",
    "test_every_verb.py::test_a_customer_is_exported_and_erased_over_rest": """
        ExportCustomer ExportCustomerPost EraseCustomer GetErasure""",
    "test_every_verb.py::test_figures_are_counted_again_and_stay_what_they_were": "RebuildFigures",
    "test_every_verb.py::test_a_console_signs_in_and_out": "StartSession GetSession EndSession",
    "test_every_verb.py::test_no_provider_is_asked_about_a_sandbox": "GetChannelWebhook",
    "test_every_verb.py::test_what_a_desk_is_made_of_is_read_one_by_one": """
        ListCalendars GetCalendar GetSlaPolicy ListTeams GetTeam GetTicket ListCustomers""",
    "test_every_verb.py::test_providers_shake_hands_and_are_told_how_we_are": """
        VerifyWhatsAppWebhook ReceiveTelegramOfChannel SendTestMessage GetMedia GetHealth
        GetLiveness GetReadiness""",
}

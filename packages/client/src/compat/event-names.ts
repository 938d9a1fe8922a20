import { EVENT_IDS } from '@lp-functions/faas-invoker';

/** Ids of LivePerson's own events, under the names that the official client gives them. */
export const EVENT: Readonly<{
  readonly ChatPostSurveyEmailTranscript: 'denver_post_survey_email_transcript';
  readonly ConversationalCommand: 'conversational_command';
  readonly MessagingNewConversation: 'controllerbot_messaging_new_conversation';
  readonly MessagingTTR: 'controllerbot_messaging_ttr';
  readonly MessagingParticipantChange: 'controllerbot_messaging_participants_change';
  readonly MessagingConversationIdle: 'controllerbot_messaging_conversation_idle';
  readonly MessagingConversationRouting: 'controllerbot_messaging_conversation_routing';
  readonly MessagingLineInOffHours: 'controllerbot_messaging_mid_conversation_msg';
  readonly MessagingConversationEnd: 'controllerbot_messaging_conversation_end';
  readonly MessagingSurveyStarted: 'surveybot_messaging_survey_started';
  readonly MessagingSurveyEnded: 'surveybot_messaging_survey_ended';
  readonly ThirdPartyBotsPostHook: 'bot_connectors_post_hook';
  readonly ThirdPartyBotsErrorHook: 'bot_connectors_error_hook';
  readonly ThirdPartyBotsCustomIntegration: 'bot_connectors_custom_integration';
  readonly ThirdPartyBotsPreHook: 'bot_connectors_pre_hook';
}> = Object.freeze({
  ChatPostSurveyEmailTranscript: EVENT_IDS.chatPostSurveyEmailTranscript,
  ConversationalCommand: EVENT_IDS.conversationalCommand,
  MessagingNewConversation: EVENT_IDS.messagingNewConversation,
  MessagingTTR: EVENT_IDS.messagingTtr,
  MessagingParticipantChange: EVENT_IDS.messagingParticipantsChange,
  MessagingConversationIdle: EVENT_IDS.messagingConversationIdle,
  MessagingConversationRouting: EVENT_IDS.messagingConversationRouting,
  MessagingLineInOffHours: EVENT_IDS.messagingLineInOffHours,
  MessagingConversationEnd: EVENT_IDS.messagingConversationEnd,
  MessagingSurveyStarted: EVENT_IDS.messagingSurveyStarted,
  MessagingSurveyEnded: EVENT_IDS.messagingSurveyEnded,
  ThirdPartyBotsPostHook: EVENT_IDS.thirdPartyBotsPostHook,
  ThirdPartyBotsErrorHook: EVENT_IDS.thirdPartyBotsErrorHook,
  ThirdPartyBotsCustomIntegration: EVENT_IDS.thirdPartyBotsCustomIntegration,
  ThirdPartyBotsPreHook: EVENT_IDS.thirdPartyBotsPreHook,
});

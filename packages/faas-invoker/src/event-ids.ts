/** What LivePerson publishes about one of its own events. */
export interface EventDescription {
  /** Id by which it is invoked. */
  readonly eventId: string;
  /** Name in LivePerson's console. */
  readonly displayName: string;
  /** System that raises it within LivePerson. */
  readonly source: string;
  /** How many functions of an account may listen to it. */
  readonly maxFunctions: number;
  /** Whether its functions can be bound to skills, so that `skillId` picks among them. */
  readonly skills: boolean;
}

function controllerBot(event: string, displayName: string): EventDescription {
  const eventId = `controllerbot_messaging_${event}`;
  return { eventId, displayName: `Messaging ${displayName}`, source: 'Controller Bot', maxFunctions: 1, skills: true };
}

function botConnector(event: string, displayName: string): EventDescription {
  return {
    eventId: `bot_connectors_${event}`,
    displayName: `Third-Party Bots ${displayName}`,
    source: 'Bot Connector',
    maxFunctions: 15,
    skills: false,
  };
}

function surveyBot(event: string, displayName: string): EventDescription {
  const eventId = `surveybot_messaging_survey_${event}`;
  return {
    eventId,
    displayName: `Messaging Survey ${displayName}`,
    source: 'Survey Bot',
    maxFunctions: 1,
    skills: true,
  };
}

/**
 * Ids of LivePerson's own events. Any other id works as well: they are open, and an account may have some of its own.
 *
 * @see LivePerson's page "Event sources overview". The id of "Messaging Consumer Step Up" is not public.
 */
export const EVENT_IDS = {
  messagingNewConversation: 'controllerbot_messaging_new_conversation',
  messagingConversationEnd: 'controllerbot_messaging_conversation_end',
  messagingConversationIdle: 'controllerbot_messaging_conversation_idle',
  messagingConversationRouting: 'controllerbot_messaging_conversation_routing',
  messagingLineInOffHours: 'controllerbot_messaging_mid_conversation_msg',
  messagingParticipantsChange: 'controllerbot_messaging_participants_change',
  messagingTtr: 'controllerbot_messaging_ttr',
  messagingSurveyStarted: 'surveybot_messaging_survey_started',
  messagingSurveyEnded: 'surveybot_messaging_survey_ended',
  conversationalCommand: 'conversational_command',
  thirdPartyBotsCustomIntegration: 'bot_connectors_custom_integration',
  thirdPartyBotsPreHook: 'bot_connectors_pre_hook',
  thirdPartyBotsPostHook: 'bot_connectors_post_hook',
  thirdPartyBotsErrorHook: 'bot_connectors_error_hook',
  chatPostSurveyEmailTranscript: 'denver_post_survey_email_transcript',
} as const;

/** One of LivePerson's own event ids. */
export type KnownEventId = (typeof EVENT_IDS)[keyof typeof EVENT_IDS];

/** An event id: one of LivePerson's, which editors complete, or any other text. */
export type EventId = KnownEventId | (string & Record<never, never>);

/** What is known about LivePerson's own events. */
export const EVENTS: readonly EventDescription[] = [
  controllerBot('new_conversation', 'New Conversation'),
  controllerBot('conversation_end', 'Conversation End'),
  controllerBot('conversation_idle', 'Conversation Idle'),
  controllerBot('conversation_routing', 'Conversation Routing'),
  controllerBot('mid_conversation_msg', 'Line in Off-Hours'),
  controllerBot('participants_change', 'Participants Change'),
  controllerBot('ttr', 'TTR'),
  surveyBot('started', 'Started'),
  surveyBot('ended', 'Ended'),
  {
    eventId: EVENT_IDS.conversationalCommand,
    displayName: 'Conversational Command',
    source: 'Agent Workspace',
    maxFunctions: 30,
    skills: false,
  },
  botConnector('custom_integration', 'Custom Integration'),
  botConnector('pre_hook', 'Pre-Hook'),
  botConnector('post_hook', 'Post-Hook'),
  botConnector('error_hook', 'Error-Hook'),
  {
    eventId: EVENT_IDS.chatPostSurveyEmailTranscript,
    displayName: 'Chat Post Survey E-Mail Transcript',
    source: 'Chat Service',
    maxFunctions: 10,
    skills: false,
  },
];

/**
 * What is known about an event.
 *
 * @returns nothing for an id that is not LivePerson's own.
 */
export function describeEvent(eventId: EventId): EventDescription | undefined {
  return EVENTS.find((event) => event.eventId === eventId);
}

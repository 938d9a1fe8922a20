import { describe, expect, test } from 'vitest';
import { describeEvent, EVENT_IDS, EVENTS } from '../../src/index.ts';
import { checkEventId } from '../../src/invocation-options.ts';

describe('events', () => {
  test('every constant has its description, and every description its constant', () => {
    expect(EVENTS.map(({ eventId }) => eventId).sort()).toEqual(Object.values(EVENT_IDS).sort());
    for (const eventId of Object.values(EVENT_IDS)) expect(() => checkEventId(eventId)).not.toThrow();
  });

  test.each<[string, string, number, boolean]>([
    ['controllerbot_messaging_mid_conversation_msg', 'Messaging Line in Off-Hours', 1, true],
    ['surveybot_messaging_survey_ended', 'Messaging Survey Ended', 1, true],
    ['conversational_command', 'Conversational Command', 30, false],
    ['bot_connectors_pre_hook', 'Third-Party Bots Pre-Hook', 15, false],
    ['denver_post_survey_email_transcript', 'Chat Post Survey E-Mail Transcript', 10, false],
  ])('%s', (eventId, displayName, maxFunctions, skills) => {
    expect(describeEvent(eventId)).toMatchObject({ displayName, maxFunctions, skills });
  });

  test('others are as good, and nothing is known about them', () => {
    expect(describeEvent('my_event')).toBeUndefined();
  });
});

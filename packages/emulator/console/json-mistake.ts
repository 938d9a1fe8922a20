import { printParseErrorCode, visit } from 'jsonc-parser';

/** What is wrong with a text that is not JSON, and where: offset and words without a full stop. */
export interface JsonMistake {
  readonly offset: number;
  readonly reason: string;
}

/** The part of a string that is as JSON wants it. */
const GOOD_PART = /^(?:[^\\\p{Cc}]|[\u007f-\u009f]|\\(?:u[\da-fA-F]{4}|["\\/bfnrt]))*/u;
const REASONS: Readonly<Record<string, string>> = {
  InvalidNumberFormat: 'this is no number',
  PropertyNameExpected: 'the name of a field is expected, in double quotes',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing brace is expected',
  CloseBracketExpected: 'a closing bracket is expected',
  EndOfFileExpected: 'nothing more is expected',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the text that begins here does not end on its line',
  UnexpectedEndOfNumber: 'the number is not complete',
  InvalidUnicode: '\\u needs four hexadecimal digits',
  InvalidEscapeCharacter: 'there is no such escape; a backslash itself is written \\\\',
  InvalidCharacter: 'a control character is written as an escape, such as \\n or \\t',
};
const WITHIN_TEXT = new Set(['InvalidUnicode', 'InvalidEscapeCharacter', 'InvalidCharacter']);
const SHOWN_CHARACTERS = 20;

/**
 * Finds the first mistake in a text that `JSON.parse` refuses. What that says is never read: each engine has other words, and of some mistakes none says
 * where they are.
 */
export function firstMistakeIn(text: string): JsonMistake {
  let found: JsonMistake | undefined;
  try {
    visit(
      text,
      {
        onError: (code, offset, length) => {
          found ??= mistakeAt(printParseErrorCode(code), offset, text.slice(offset, offset + length));
        },
      },
      { disallowComments: true },
    );
  } catch {
    found ??= { offset: 0, reason: 'it is nested too deeply' };
  }
  return found ?? { offset: 0, reason: 'it is not JSON' };
}

function mistakeAt(name: string, offset: number, token: string): JsonMistake {
  if (WITHIN_TEXT.has(name))
    return { offset: offset + (GOOD_PART.exec(token)?.[0].length ?? 0), reason: REASONS[name] ?? '' };
  const reason = REASONS[name];
  if (reason !== undefined) return { offset, reason };
  const shown = token.length > SHOWN_CHARACTERS ? `${token.slice(0, SHOWN_CHARACTERS)}…` : token;
  const hint = /^[\p{L}_$']/u.test(token) ? '; names and texts are in double quotes' : '';
  return { offset, reason: `${shown} means nothing in JSON${hint}` };
}

import { UsageError } from '../../terminal/usage-error.ts';

/** What came of one line. */
export type OutcomeRecord =
  | { readonly line: number; readonly ok: true; readonly result: unknown; readonly requestId: string }
  | {
      readonly line: number;
      readonly ok: false;
      /** As `--json` shows an error; `code` is always there. */
      readonly error: Readonly<Record<string, unknown>>;
      readonly requestId: string | null;
    };

/** As much of a written outcome as resuming needs. */
export interface RecordedOutcome {
  readonly line: number;
  readonly ok: boolean;
  /** Of the error. */
  readonly code?: string | undefined;
}

/** How outcomes are written: each as one line of text, so that a torn one is known by its missing end. */
export interface OutcomeFormat {
  /** First line of a file; may be empty. */
  readonly header: string;
  write(record: OutcomeRecord): string;
  /** Reads a line that {@link OutcomeFormat.write} wrote; `undefined` for any other. */
  read(text: string): RecordedOutcome | undefined;
}

/** `{ line, ok, result | error, requestId }`, one object a line. */
const JSONL: OutcomeFormat = {
  header: '',
  write: (record) => `${JSON.stringify(record.ok ? { ...record, result: record.result ?? null } : record)}\n`,
  read(text) {
    // The common case is told without reading a result that may be long.
    const [, line, ok] = /^\{"line":(\d{1,15}),"ok":(true|false),.*\}$/.exec(text) ?? [];
    if (line === undefined) return undefined;
    if (ok === 'true') return { line: Number(line), ok: true };
    try {
      const { error } = JSON.parse(text) as { readonly error: { readonly code: string } };
      return { line: Number(line), ok: false, code: error.code };
    } catch {
      return undefined;
    }
  },
};

/** Result and error are JSON within their fields: it has no line ends, and keeps numbers and texts apart. */
const CSV: OutcomeFormat = {
  header: 'line,ok,requestId,code,result,error\n',
  write({ line, ok, requestId, ...rest }) {
    const result = 'result' in rest ? JSON.stringify(rest.result ?? null) : '';
    const error = 'error' in rest ? JSON.stringify(rest.error) : '';
    const code = 'error' in rest ? String(rest.error['code']) : '';
    return `${[String(line), String(ok), requestId ?? '', code, result, error].map(csvField).join(',')}\n`;
  },
  read(text) {
    const [, line, ok, code] = /^(\d{1,15}),(true|false),[\w-]*,([A-Z_]*),.*$/.exec(text) ?? [];
    if (line === undefined) return undefined;
    return { line: Number(line), ok: ok === 'true', ...(ok === 'true' ? {} : { code }) };
  },
};

/** RFC 4180: a quote is doubled within quotes. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The format of an output file, by its ending; of stdout without one.
 *
 * @throws UsageError
 */
export function outcomeFormat(path: string | undefined): OutcomeFormat {
  if (path === undefined || /\.(?:jsonl|ndjson)$/i.test(path)) return JSONL;
  if (/\.csv$/i.test(path)) return CSV;
  throw new UsageError(`--out ${path}: the ending says the format`, 'Name it FILE.jsonl or FILE.csv.');
}

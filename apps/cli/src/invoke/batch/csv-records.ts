import { pipeline } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { UsageError } from '../../terminal/usage-error.ts';

/** One row of a CSV file, as an object: the header gives the fields, and every value is a text. */
export interface CsvRecord {
  /** Line on which the row begins, from 1; the header is line 1. */
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

interface Row {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * Reads rows by RFC 4180: quoted fields may hold commas, quotes and line ends.
 *
 * @throws UsageError for what is no CSV, a row with more or fewer fields than the header, a header without names.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const parser = parse({ bom: true, info: true, skip_empty_lines: true, max_record_size: 16 * 1024 * 1024 });
  // What fails on the way comes out of the parser's iterator.
  pipeline(chunks, parser, () => {});
  let names: readonly string[] | undefined;
  let nextLine = 1;
  let emptyBefore = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      const line = nextLine + info.empty_lines - emptyBefore;
      // Counted here: the parser takes a line end of two characters within quotes for two.
      nextLine = line + 1 + record.reduce((sum, field) => sum + (field.match(/\r\n|[\r\n]/g)?.length ?? 0), 0);
      emptyBefore = info.empty_lines;
      if (names === undefined) names = checkHeader(record);
      else yield { line, fields: Object.fromEntries(names.map((name, at) => [name, record[at] ?? ''])) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // By its own count: of the rows before, those that nobody has taken yet are dropped with it.
    const { lines } = error;
    throw new UsageError(`${typeof lines === 'number' ? `line ${String(lines)}: ` : ''}${csvWords(error)}`);
  }
}

/** What is wrong with the row that begins there. */
function csvWords({ code, record }: CsvError): string {
  switch (code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return Array.isArray(record)
        ? `it has ${String(record.length)} ${record.length === 1 ? 'field' : 'fields'}, and the first row has another number`
        : 'it has another number of fields than the first row';
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted field has no quote at its end';
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return 'there is text behind a closing quote; a quote within a quoted field is doubled';
    case 'INVALID_OPENING_QUOTE':
      return 'there is a quote within a field that does not begin with one';
    case 'CSV_MAX_RECORD_SIZE':
      return 'the row is too long; perhaps a quote is missing';
    default:
      return 'it is no CSV';
  }
}

function checkHeader(names: readonly string[]): readonly string[] {
  const hint = 'The first row names the fields of the payloads: sku,count';
  if (names.length === 1 && /[;\t]/.test(names[0] ?? '')) {
    throw new UsageError('the fields are not separated by commas', hint);
  }
  if (names.includes('')) throw new UsageError('a field of the first row has no name', hint);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`the first row names ${JSON.stringify(twice)} twice`, hint);
  return names;
}

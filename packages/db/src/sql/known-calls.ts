// Whether a read may change something after all: by a function that somebody has written.
import type { Dialect } from '../adapter/index.ts'
import type { Token } from './tokens.ts'

/** What stands before a parenthesis without being called. */
const WORDS =
  'select from where having on and or not in any some all exists values as with recursive materialized join lateral using by over filter within group partition union intersect except case when then else between like ilike distinct limit offset interval array row varchar char character decimal numeric timestamp time'

/** Functions that come with the systems, and are often called. One that is not here costs an answer of less certainty. */
const FUNCTIONS =
  'count sum min max avg bool_and bool_or array_agg string_agg group_concat json_agg jsonb_agg json_arrayagg json_object json_array json_build_object json_build_array jsonb_build_object json_extract json_contains json_length json_value json_table to_jsonb coalesce nullif ifnull if cast convert greatest least lower upper length char_length substring substr left right trim replace concat concat_ws position split_part lpad rpad md5 encode hex abs ceil ceiling floor round trunc truncate mod power sqrt extract date date_trunc date_part date_format date_add date_sub datediff timestampdiff now age to_char to_date to_timestamp year month day row_number rank dense_rank lag lead first_value last_value unnest array_length cardinality generate_series to_tsvector to_tsquery plainto_tsquery websearch_to_tsquery ts_rank match against'

const KNOWN: ReadonlySet<string> = new Set(`${WORDS} ${FUNCTIONS}`.split(' '))

/**
 * Whether a read calls only what computes. On SQLite it always does: readers cannot write. One of a schema, or in quotes, may be anybody's.
 */
export function callsOnlyKnown(tokens: readonly Token[], { system }: Pick<Dialect, 'system'>): boolean {
  return (
    system === 'sqlite' ||
    tokens.every(({ text }, at) => text !== '(' || at === 0 || isKnown(tokens[at - 1], tokens[at - 2]))
  )
}

function isKnown(called: Token | undefined, before: Token | undefined): boolean {
  if (called?.kind === 'sign' || called?.kind === 'parameter') return true
  return called?.kind === 'word' && before?.text !== '.' && KNOWN.has(called.text)
}

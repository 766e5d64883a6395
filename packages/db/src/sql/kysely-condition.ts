// On the request path: a condition as an expression of Kysely, text that is written already with its values between.
import type { Expression, OperationNode, RawNode, SqlBool } from 'kysely'
import { StatementCache, type Dialect } from '../adapter/index.ts'
import { compile } from './compile.ts'
import type { ConditionPart } from './condition-part.ts'
import { valueNode } from './kysely-nodes.ts'
import { tokensOf } from './tokens.ts'

/** How many texts are known, so that each is read once. */
const KNOWN_TEXTS = 500

/** Writes conditions for Kysely. */
export class KyselyConditions {
  readonly #known = new StatementCache<readonly string[]>(KNOWN_TEXTS)

  /** Its columns have the names of the database, and its values their form. */
  toExpression(part: ConditionPart, dialect: Dialect): Expression<SqlBool> {
    const { text, values } = compile([part], dialect)
    const node: RawNode = {
      kind: 'RawNode',
      sqlFragments: this.#betweenValues(text, dialect),
      parameters: values.map(valueNode),
    }
    return Object.freeze({ expressionType: undefined, toOperationNode: (): OperationNode => node })
  }

  #betweenValues(text: string, dialect: Dialect): readonly string[] {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const made = betweenValues(text, dialect)
    this.#known.set(text, made)
    return made
  }
}

/** The pieces of a text between its placeholders, which stand in the order of the values. */
function betweenValues(text: string, dialect: Dialect): string[] {
  const pieces: string[] = []
  let from = 0
  for (const { kind, text: written, at } of tokensOf(text, dialect)) {
    if (kind !== 'parameter') continue
    pieces.push(text.slice(from, at))
    from = at + written.length
  }
  return [...pieces, text.slice(from)]
}

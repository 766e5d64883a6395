// Without this file each route behind a rule of a policy may grow slow to check unseen: counts what `can` and `canList` add to
// the instantiations of a route that asks only who is signed in.
import type { RuleForm } from '../bench/types/generate-rules.ts'

const FEW = 20
const MANY = 220
/** What a route costs more behind `can` with `load` than behind `signedIn()`. */
const LIMIT_PER_RECORD = 120
/** The same where the path of each route has the params: each has a type of context of its own then. */
const LIMIT_PER_OWN_RECORD = 300
/** The same of a rule about the caller alone, and of one for a list. */
const LIMIT_PER_OTHER = 60

/** Counts the instantiations of a program of so many routes behind a rule. */
export type CountRules = (routes: number, form: RuleForm) => number

/** Measures what rules of a policy cost the compiler. */
export function ruleBudget(count: CountRules): { readonly problems: string[]; readonly measured: string } {
  const perRoute = (form: RuleForm): number => (count(MANY, form) - count(FEW, form)) / (MANY - FEW)
  const bare = perRoute('signedIn')
  const more = (form: RuleForm): number => Math.round(perRoute(form) - bare)
  const own = Math.round(perRoute('ownRecord') - perRoute('ownSignedIn'))
  const figures: readonly (readonly [what: string, figure: number, limit: number])[] = [
    ['instantiations more behind can with load', more('record'), LIMIT_PER_RECORD],
    ['more where each path has the params', own, LIMIT_PER_OWN_RECORD],
    ['more behind can', more('caller'), LIMIT_PER_OTHER],
    ['more behind canList', more('list'), LIMIT_PER_OTHER],
  ]
  return {
    problems: figures
      .filter(([, figure, limit]) => figure > limit)
      .map(([what, figure, limit]) => `Rules: a route costs ${figure} ${what}; the limit is ${limit}.`),
    measured: figures.map(([what, figure, limit]) => `${figure} ${what} (limit ${limit})`).join(', '),
  }
}

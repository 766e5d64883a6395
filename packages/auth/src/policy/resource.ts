import { describeValue, refuseCall } from '@keelson/core/options'
import type { Actions, AnyResource, RuleForms, TableLike, WhenRule, WhereRule } from './contract.ts'

const FORMS: RuleForms<never, never> = Object.freeze({
  when: (rule: never): WhenRule => Object.freeze({ form: 'when', rule }),
  where: (rule: never): WhereRule => Object.freeze({ form: 'where', rule }),
})

/** `resource(Orders)` of a table, `resource<Order>()` of a type. */
export function resourceFactory(table?: TableLike) {
  if (table !== undefined && (typeof table !== 'object' || typeof table?.columns !== 'object'))
    wrong(
      `resource() takes a table, not ${describeValue(table)}.`,
      'Give a table value, or resource<Row>() of a type.',
    )
  return (write: (forms: RuleForms<never, never>) => Actions): AnyResource => {
    const actions = write(FORMS)
    for (const [action, rule] of Object.entries(actions))
      if (rule?.form !== 'when' && rule?.form !== 'where')
        wrong(`'${action}' is not a rule.`, `Write ${action}: when(…) or where(…).`)
    return Object.freeze({
      actions: Object.freeze({ ...actions }),
      columns: table?.columns,
      '~row': undefined,
    })
  }
}

function wrong(message: string, remedy: string): never {
  return refuseCall([{ message, remedy }], { name: 'definePolicy', below: resourceFactory as never }) as never
}

import { anything, checkOptions, describeValue, optionTable, refuseCall, text } from '@keelson/core/options'
import type { Actions, AnyResource, AnyRule, RuleForms, RuleOptions, TableLike } from './contract.ts'

const RULE_OPTIONS = optionTable<RuleOptions<string>>({
  fields: anything('Who sees a field, of those who may do the action.', { what: 'rules by field' }),
  refusal: text('What a caller is told who may not do the action.', { minLength: 1 }),
})

const ruleOf =
  (form: AnyRule['form']) =>
  (rule: never, options?: RuleOptions<string>): AnyRule => {
    if (options !== undefined)
      checkOptions(RULE_OPTIONS, options, { name: form, below: resourceFactory as never })
    const { fields, refusal } = options ?? {}
    return Object.freeze({ form, rule, fields: Object.freeze({ ...fields }), refusal })
  }
const FORMS = Object.freeze({ when: ruleOf('when'), where: ruleOf('where') })

/** `resource(Orders)` of a table, `resource<Order>()` of a type. */
export function resourceFactory(table?: TableLike) {
  if (table !== undefined && (typeof table !== 'object' || typeof table?.columns !== 'object'))
    wrong(
      `resource() takes a table, not ${describeValue(table)}.`,
      'Give a table value, or resource<Row>() of a type.',
    )
  return (write: (forms: RuleForms<never, never, never>) => Actions): AnyResource => {
    const actions = write(FORMS as never)
    for (const [action, rule] of Object.entries(actions)) checkRule(rule, action, table?.columns)
    return Object.freeze({
      actions: Object.freeze({ ...actions }),
      columns: table?.columns,
      '~row': undefined,
    })
  }
}

function checkRule(rule: AnyRule | undefined, action: string, columns: object | undefined): void {
  assertRule(rule, action)
  for (const [field, own] of Object.entries(rule.fields)) {
    assertRule(own, `${action}.fields.${field}`)
    if (columns !== undefined && !Object.hasOwn(columns, field))
      wrong(
        `'${field}' is not a column, and the rule ${action} names it as a field.`,
        `Name columns: ${Object.keys(columns).join(', ')}.`,
      )
    if (Object.keys(own.fields).length > 0)
      wrong(`The rule of the field '${field}' names fields.`, `Name them beside it, in fields of ${action}.`)
    if (own.refusal !== undefined)
      wrong(
        `The rule of the field '${field}' has a refusal, and refuses nobody: it omits the field.`,
        `Put it into the options of ${action}.`,
      )
  }
}

function assertRule(rule: AnyRule | undefined, name: string): asserts rule is AnyRule {
  const isForm = rule?.form === 'when' || rule?.form === 'where'
  if (!isForm || typeof rule.rule !== 'function')
    wrong(`'${name}' is not a rule.`, `Write ${name}: when(…) or where(…).`)
}

function wrong(message: string, remedy: string): never {
  return refuseCall([{ message, remedy }], { name: 'definePolicy', below: resourceFactory as never }) as never
}

import { expectTypeOf } from 'vitest'
import type { OptionSchema, RequiredOption } from './option-contract.ts'
import { flag, optionTable, required, text } from './option-table.ts'

interface Options {
  readonly name: string
  readonly isLoud?: boolean | undefined
}

const TABLE = optionTable<Options>({ name: required(text('Name.')), isLoud: flag('Whether it is loud.') })
expectTypeOf(TABLE.properties.name).toEqualTypeOf<RequiredOption>()
expectTypeOf(TABLE.properties.isLoud).toEqualTypeOf<OptionSchema>()
expectTypeOf<keyof typeof TABLE.properties>().toEqualTypeOf<keyof Options>()

// @ts-expect-error an option without an entry
optionTable<Options>({ name: required(text('Name.')) })
// @ts-expect-error an option that must be given, and does not say so
optionTable<Options>({ name: text('Name.'), isLoud: flag('Whether it is loud.') })
// @ts-expect-error an entry for an option that does not exist
optionTable<Options>({ name: required(text('Name.')), isLoud: flag('…'), isOld: flag('…') })

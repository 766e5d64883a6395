import { dictionary } from '@zxcvbn-ts/language-common'
import { expect, it } from 'vitest'
import { passwordFlaws } from '@keelson/auth/passwords'

const SECOND_FACTOR = { hasSecondFactor: true }

it('the 10,000 most common passwords that are long enough are refused, in whatever case', async () => {
  const common = dictionary['passwords-common'].filter(({ length }) => length >= 8).slice(0, 10_000)
  expect(common).toHaveLength(10_000)
  const taken: string[] = []
  for (const password of common)
    for (const form of [password, password.toUpperCase()])
      if (!(await passwordFlaws(form, SECOND_FACTOR)).includes('common')) taken.push(form)
  // After a change of the rules or of the dependency: node scripts/common-passwords.ts
  expect(taken).toEqual([])
})

it.each(['maverick1!', '#cocacola2026', 'qwer1234'])(
  'what is made of one by digits and signs is refused: %s',
  async (password) => {
    expect(await passwordFlaws(password, SECOND_FACTOR)).toEqual(['common'])
  },
)

it.each(['31121987', '12311987', '19871231', '31.12.1987', '2026-11-30'])(
  'a date is refused: %s',
  async (password) => {
    expect(await passwordFlaws(password, SECOND_FACTOR)).toEqual(['common'])
  },
)

it.each(['39121987', '83640275', 'maverick plum canal', 'stuhlbein'])(
  'what is neither is taken: %s',
  async (password) => {
    expect(await passwordFlaws(password, SECOND_FACTOR)).toEqual([])
  },
)

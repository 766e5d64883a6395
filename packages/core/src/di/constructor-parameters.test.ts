import { describe, expect, it } from 'vitest'
import { readConstructor } from './constructor-parameters.ts'

/** A class from source, so that no compiler changes it. */
function classOf(source: string): Function {
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  return new Function(`return ${source}`)() as Function
}

function namesOf(source: string): readonly string[] | undefined {
  return readConstructor(classOf(source))?.names
}

describe("a constructor's text", () => {
  it.each([
    ['class A { constructor(db, clock) {} }', ['db', 'clock']],
    ['class A{constructor(a,b){}}', ['a', 'b']],
    ['class A { constructor() {} }', []],
    ['class A { constructor ( db , ) {} }', ['db']],
    [
      'class A { constructor(db = new Map([[1, "x,y"]]), { a, b } = {}, [c], ...rest) {} }',
      ['db', '{…}', '{…}', 'rest'],
    ],
    ['class A { /* constructor(no) */ x = "constructor(no)"; constructor(yes /* , no */) {} }', ['yes']],
    ['class A { copy() { return new this.constructor(1) } constructor(yes) {} }', ['yes']],
    ['class A { make() { return class B { constructor(no) {} } } constructor(yes) {} }', ['yes']],
    ['class A { constructor(größe, $x, _y) {} }', ['größe', '$x', '_y']],
    ['class A extends (class { }) { constructor(a) { super() } }', ['a']],
    ['function A(db, clock) {}', ['db', 'clock']],
  ])('of %s', (source, names) => {
    expect(namesOf(source)).toEqual(names)
  })

  it.each([
    ['class A {}'],
    ['class A extends Map {}'],
    ['class A { make() { return class B { constructor(no) {} } } }'],
    ['class A { copy() { return new this.constructor(1) } }'],
    ['Map'],
    ['(function A(a) {}).bind(null)'],
  ])('is not there in %s', (source) => {
    expect(namesOf(source)).toBeUndefined()
  })

  it.each([
    ['class A { constructor(a, b = 1) {} }', true],
    ['class A { constructor(a, b=()=>1) {} }', true],
    ['class A { constructor(...all) {} }', true],
    ['class A { constructor({ a } = {}) {} }', true],
    ['class A { constructor(a, b) {} }', false],
    ['class A { constructor({ a }) {} }', false],
  ])('%s may take more than its length: %s', (source, expected) => {
    expect(readConstructor(classOf(source))?.isOpenEnded).toBe(expected)
  })
})

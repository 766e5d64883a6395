import { describe, expect, it } from 'vitest'
import { Tag } from './tag.ts'

function tagOf(text: string): Tag {
  const tag = new Tag()
  tag.read(text)
  return tag
}

// WHATWG HTML §13.2.5.6 to §13.2.5.39.
describe('a tag is read as browsers do', () => {
  it.each([
    ['<a href=/b/c', [['href', '/b/c']]],
    [
      '<a/b/C=d/e',
      [
        ['b', ''],
        ['c', 'd/e'],
      ],
    ],
    ['<a =b=c', [['=b', 'c']]],
    ['<a b=c==', [['b', 'c==']]],
    [
      '<a b = c d',
      [
        ['b', 'c'],
        ['d', ''],
      ],
    ],
    ['<a b\u00a0c', [['b\u00a0c', '']]],
    ['<a / / b/', [['b', '']]],
    [
      '<a b/=c',
      [
        ['b', ''],
        ['=c', ''],
      ],
    ],
  ])('%j', (text, attributes) => {
    expect(
      tagOf(text)
        .attributes()
        .map(({ name, value }) => [name, value]),
    ).toEqual(attributes)
    expect(tagOf(text).element).toBe('a')
  })

  it.each([
    ['<a b=', { name: 'b', length: 2, blanks: 1 }],
    ['<a c=d \n B =\t', { name: 'b', length: 4, blanks: 3 }],
    ['<a/b=', { name: 'b', length: 2, blanks: 0 }],
    ['<a / b=', { name: 'b', length: 2, blanks: 1 }],
    ['<a ==', { name: '=', length: 2, blanks: 1 }],
    ['<a', undefined],
    ['<a=', undefined],
    ['<a b', undefined],
    ['<a b=c', undefined],
    ['<a b=c/d=', undefined],
    ['<a b=/', undefined],
    ['<a b==', undefined],
    ['<a =', undefined],
  ])('a quote after %j opens the value of %j', (text, opened) => {
    expect(tagOf(text).openValue()).toEqual(opened)
  })

  it('values in quotes among the others', () => {
    const tag = tagOf('<A b=')
    tag.openValue()
    tag.closeValue({ name: 'b', value: 'c d' })
    tag.read('e f=g')
    expect(tag.attributes()).toEqual([
      { name: 'b', value: 'c d' },
      { name: 'e', value: '' },
      { name: 'f', value: 'g' },
    ])
    expect(tag.element).toBe('a')
    expect(tagOf('</P').element).toBe('/p')
  })
})

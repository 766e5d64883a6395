import { describe, expect, it } from 'vitest'
import { MalformedJsonError } from '../errors/index.ts'
import { parseJson } from './index.ts'
import { findJsonProblem } from './json-scan.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const LAX = { maxDepth: Infinity, refusesDuplicates: false }

// By the grammar of RFC 8259: values, numbers (§6), strings (§7), structure (§2 to §5).
const VALID = [
  'true', 'false', 'null', '0', '-0', '1', '-1', '10', '1.5', '-1.5', '1e1', '1E1', '1e+1', '1e-1', '1.5e10', '0e1', '0.0',
  '123456789012345678', '1e-300', '""', '"a"', '" "', '"\u007f"', '"\u2028\u2029"', '"\\""', '"\\\\"', '"\\/"',
  '"\\b\\f\\n\\r\\t"', '"\\u0000"', '"\\u00Ff"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\udc00\\ud800"', '"\\\\u0061"', '[]', '[ ]',
  '[[]]', '[1]', '[1,2]', '[ 1 , 2 ]', '[null,1,"a",{}]', '{}', '{ }', '{"a":1}', '{ "a" : 1 , "b" : 2 }', '{"":0}', '{"a":{}}',
  '{"a":[{"b":1}]}', ' \t\n\r1 \t\n\r', '{"a\\u0000b":1}', '{"a":1,"a":2}', '"\ufeff"', '"🤖"',
] // prettier-ignore
const INVALID = [
  '', ' ', 'tru', 'True', 'truee', 'nul', 'nan', 'NaN', 'Infinity', '-Infinity', '+1', '-', '01', '-01', '00', '.5', '1.', '1.e1',
  '1e', '1e+', '1ea', '0x1', '1_000', '1 2', '--1', '- 1', '1.2.3', '0.e1', '1e1.5', "'a'", '"', '"a', 'a"', '"\\"', '"\\x41"',
  '"\\u12"', '"\\u12g4"', '"\\U0041"', '"\\a"', '"a\nb"', '"a\tb"', '"\u0000"', '"\u001f"', '[', ']', '[1', '[1,', '[1,]', '[,1]', '[,]',
  '[1 2]', '[1;2]', '[1,,2]', '(1)', '{', '}', '{]', '[}', '{a:1}', "{'a':1}", '{"a"}', '{"a":}', '{"a" 1}', '{"a":1,}', '{,"a":1}',
  '{"a":1 "b":2}', '{"a":1,,"b":2}', '{1:1}', '{null:1}', '{"a":1}}', '[1]]', '{}{}', '[][]', '1,', 'true false', '/*c*/1', '//c\n1',
  '{"a":1}//', '\u00a01', '\u20281', '\f1', '\v1', '[\u00a0]', '{"a":\u30001}', '\\u0031', '[1\\n]', '#', '<a>', '{"a":undefined}',
  '[-]', '[1e]', '[a]', '[\\"a"]', '{"a":"b"', '[{}', '["a",', '["a"', '{"a', '{"a":', '\u0000', '1\u0000', '"a"\u0000',
] // prettier-ignore

describe('the grammar of RFC 8259', () => {
  it.each(VALID.map((text) => [text]))('takes %j', (text) => {
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text))
    expect(findJsonProblem(text, LAX)).toBeUndefined()
  })

  it.each(INVALID.map((text) => [text]))('refuses %j', (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    expect(findJsonProblem(text, LAX)?.code).toBe('ERR_CORE_JSON_SYNTAX')
    expect(() => parseJson(bytes(text))).toThrow(MalformedJsonError)
  })

  it('is read alike by the scanner and the engine, whatever is broken in a text', () => {
    const source = '{"a":[1,-2.5e3,"x\\n\\u0041",true,null,{}],"b":{"c":[[]]},"d":"é"}'
    const odd = [
      '',
      '"',
      '\\',
      ',',
      ':',
      '{',
      '}',
      '[',
      ']',
      '0',
      '-',
      '.',
      'e',
      ' ',
      '\n',
      'u',
      't',
      '\u0001',
    ]
    const texts: string[] = []
    for (let at = 0; at <= source.length; at++) {
      for (const piece of odd) {
        for (const cut of [0, 1, 3]) texts.push(source.slice(0, at) + piece + source.slice(at + cut))
      }
    }
    const valid = texts.filter(canParse)
    expect(texts.filter((text) => findJsonProblem(text, LAX) === undefined)).toEqual(valid)
    expect(valid.length).toBeGreaterThan(300)
    expect(texts.length - valid.length).toBeGreaterThan(1000)
  })
})

function canParse(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

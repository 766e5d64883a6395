import { describe, expect, it } from 'vitest'
import { ResponseHeaders } from '@keelson/core'
import { ContractTestError, toAnswerLine, toCurl } from './contract-report.ts'

const request = { method: 'GET', target: '/x?q=1', path: '/x', headers: {}, body: undefined }
const curl = (more: object, secret: string[] = []): string =>
  toCurl({ baseUrl: 'http://a', request: { ...request, ...more }, secret: new Set(secret) })
const answer = (text?: string) => ({ status: 200, contentType: '', headers: new ResponseHeaders(), text })

describe('a request as a curl command', () => {
  it('names the method unless it is GET', () => {
    expect(curl({})).toBe("curl -i 'http://a/x?q=1'")
    expect(curl({ method: 'PUT' })).toBe("curl -i -X PUT 'http://a/x?q=1'")
  })

  it('has headers and body as the shell reads them', () => {
    expect(curl({ headers: { 'x-a': "it's" }, body: '{"a":"$b"}' })).toBe(
      `curl -i 'http://a/x?q=1' -H 'x-a: it'\\''s' --data-raw '{"a":"$b"}'`,
    )
  })

  it('does not show what is secret', () => {
    expect(curl({ headers: { authorization: 'Bearer s3cret' } }, ['authorization'])).toContain(
      "-H 'authorization: …'",
    )
  })
})

describe('a response on one line', () => {
  it('has its status and its body, shortened', () => {
    expect(toAnswerLine(answer(' {\n  "a": 1\n} '))).toBe('200 { "a": 1 }')
    expect(toAnswerLine(answer())).toBe('200')
    expect(toAnswerLine(answer('x'.repeat(2001)))).toBe(`200 ${'x'.repeat(2000)}…`)
    expect(toAnswerLine(undefined)).toBe('none')
  })
})

describe('the error of a contract test', () => {
  const report = { routes: 3, requests: 40, seed: 7, withoutSuccess: [] }
  const failure = { route: 'a.b', request: 'curl', answer: '500', why: 'It is not declared.' }

  it('says each failure, and how to repeat it', () => {
    const { message } = new ContractTestError([failure], report)
    expect(message.split('\n\n')).toEqual([
      '1 route breaks its contract.',
      'a.b: It is not declared.\n  request: curl\n  answer:  500',
      '40 requests to 3 routes. To repeat: contractTest(app, { seed: 7 })',
    ])
    expect(new ContractTestError([failure, failure], report).message).toMatch(/^2 routes break their/)
  })
})

import { describe, expect, it } from 'vitest'
import { parseEnvFile } from './env-file.ts'

function values(text: string): Record<string, string> {
  const { entries, problems } = parseEnvFile(text)
  expect(problems).toEqual([])
  return Object.fromEntries([...entries].map(([name, entry]) => [name, entry.value]))
}

function problems(text: string): string[] {
  return parseEnvFile(text).problems.map((problem) => `${problem.line}: ${problem.message}`)
}

describe('parseEnvFile', () => {
  it('reads assignments, comments, empty lines and export', () => {
    const text = ['# a comment', '', 'A=1', '  B = two words  ', 'export C=3', '\tD=4 # why', 'E='].join('\n')
    expect(values(text)).toEqual({ A: '1', B: 'two words', C: '3', D: '4', E: '' })
  })

  it('reads the line ends of Windows and a byte order mark', () => {
    expect(values('\ufeffA=1\r\nB="x\r\ny"\r\n')).toEqual({ A: '1', B: 'x\ny' })
  })

  it('takes # within an unquoted value for itself, after a blank for a comment', () => {
    expect(values('A=a#b\nB=a #b\nC=#b\nD= # only a comment\nE=a# b')).toEqual({
      A: 'a#b',
      B: 'a',
      C: '#b',
      D: '',
      E: 'a# b',
    })
  })

  it('takes quotes and equals signs within an unquoted value for themselves', () => {
    expect(values(`A=it's\nB=a="b"\nC=postgres://u:p@h/db?x=1`)).toEqual({
      A: "it's",
      B: 'a="b"',
      C: 'postgres://u:p@h/db?x=1',
    })
  })

  it('takes what stands in single quotes as it is', () => {
    expect(values(`A='  a # b \\n "c" '\nB=''\nC='x' # comment`)).toEqual({
      A: '  a # b \\n "c" ',
      B: '',
      C: 'x',
    })
  })

  it('resolves escapes in double quotes and lets them span lines', () => {
    expect(values('A="a\\n\\t\\r\\"\\\\\\$b"\nB="one\n  two # no comment\n"\nC="" # comment\nD=4')).toEqual({
      A: 'a\n\t\r"\\$b',
      B: 'one\n  two # no comment\n',
      C: '',
      D: '4',
    })
  })

  it('substitutes nothing', () => {
    expect(values('A=$HOME ${X} `id`\nB="${HOME}"')).toEqual({ A: '$HOME ${X} `id`', B: '${HOME}' })
  })

  it('remembers the first line of each assignment', () => {
    const { entries } = parseEnvFile('\nA="x\ny"\n\nB=1')
    expect([entries.get('A')?.line, entries.get('B')?.line]).toEqual([2, 5])
  })

  it.each([
    ['A', '1: This is not an assignment.'],
    ['=1', '1: This is not an assignment.'],
    ['1A=1', '1: This is not an assignment.'],
    ['A-B=1', '1: This is not an assignment.'],
    ['export', '1: This is not an assignment.'],
    ['\n\nA B=1', '3: This is not an assignment.'],
    ["A='x", '1: The closing single quote is missing.'],
    ["A='x\ny'", '1: The closing single quote is missing.'],
    ['X=1\nA="x\ny\n', '2: The closing double quote is missing.'],
    ['A="x" y', '1: Something follows the closing quote.'],
    ["A='x'#y'", '1: Something follows'],
    ['A="C:\\path"', '1: A backslash does not begin a known escape.'],
    ['A="x\ny\\q"', '2: A backslash does not begin a known escape.'],
    ['A=`x`', '1: Values in backticks are not supported.'],
    ['A=1\nB=2\nA=3', '3: A is already set on line 1.'],
  ])('refuses %j with its line', (text, expected) => {
    expect(problems(text)[0]).toContain(expected)
  })

  it('goes on after a mistake and finds the others', () => {
    const { entries, problems: found } = parseEnvFile('oops\nA=1\n"B"=2\nC=3')
    expect([...entries.keys()]).toEqual(['A', 'C'])
    expect(found.map((problem) => problem.line)).toEqual([1, 3])
  })

  it('never repeats what stands in the file', () => {
    const text = 's3cret\nA="s3cret" s3cret\nB="s3cret\\s3cret"\nC=\'s3cret'
    expect(JSON.stringify(parseEnvFile(text).problems)).not.toContain('s3cret')
  })

  it('reads a long file in linear time', () => {
    const text = `A=${' '.repeat(200_000)}x\nB="${'\\n'.repeat(100_000)}"\nC=${'#'.repeat(100_000)}\n`
    const start = performance.now()
    expect(parseEnvFile(text).entries.size).toBe(3)
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})

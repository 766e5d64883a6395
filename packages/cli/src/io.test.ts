import { expect, it } from 'vitest'
import { processIo } from './io.ts'

function written(isTerminal: boolean): string[] {
  const texts: string[] = []
  const out = (text: string): void => void texts.push(text)
  const io = processIo({ cwd: '/', out, err: out, isTerminal })
  for (const write of [io.out, io.err]) write('a\u001b[2J\tb\n')
  return texts
}

it('controls no terminal, and gives files and programs what was written', () => {
  const shown = 'a\\u001b[2J\tb\n'
  expect(written(true)).toEqual([shown, shown])
  expect(written(false)).toEqual(['a\u001b[2J\tb\n', shown])
})

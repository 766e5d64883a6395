import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const agent = new Agent({ keepAlive: true })

function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve(text))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

it('answers that were given are sent when the process ends before their turn does', async () => {
  const file = fileURLToPath(new URL('./answer-batch-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', file, '8'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  // The first sixteen go out by themselves; and the connections are to be there.
  for (let at = 0; at < 6; at++) await ask(port, '/')
  await Promise.all(Array.from({ length: 9 }, () => ask(port, '/')))
  const waited = ask(port, '/wait')
  const answers = Array.from({ length: 8 }, () => ask(port, '/last'))
  expect(await Promise.all([waited, ...answers])).toEqual(['waited', ...Array<string>(8).fill('answered')])
  agent.destroy()
})

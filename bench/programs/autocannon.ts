// The load where wrk is not installed: `autocannon.js <port> <seconds> <connections> <file of requests>`.
import autocannon from 'autocannon'
import { readFileSync } from 'node:fs'

const [port, seconds, connections, file = ''] = process.argv.slice(2)
const requests = readFileSync(file, 'utf8').split('\0').map(parse)

const result = await autocannon({
  url: `http://127.0.0.1:${port}`,
  duration: Number(seconds),
  connections: Number(connections),
  requests,
})
console.log(
  JSON.stringify({
    requests: result.requests.total,
    failures: result.non2xx + result.errors,
    seconds: result.duration,
    p99Ms: result.latency.p99,
  }),
)

function parse(text: string): autocannon.Request {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const [method = 'GET', path = '/'] = first.split(' ')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  delete headers['content-length']
  const body = text.slice(end + 4)
  return { method: method as 'GET', path, headers, ...(body !== '' && { body }) }
}

import { app } from './app.ts'

const { urls } = await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
console.log(`\nThe shop is served:\n  ${urls.join('\n  ')}\nWhat to try: README.md. Ctrl+C stops it.\n`)

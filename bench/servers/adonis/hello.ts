import { startAdonis } from './start.ts'

await startAdonis((router) => void router.get('/', () => ({ hello: 'world' })), false)

import { route, t } from '@keelson/core'
import { contractTest, testApp } from '@keelson/testing'

const ping = route.get('/ping', { response: t.String(), access: 'public' }, () => 'pong')
export const start = () => testApp({ routes: { ping } })
export const startAt = (now: number) => testApp({ routes: { ping }, now })
export const check = async () => contractTest((await start()).app)

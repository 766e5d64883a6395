import * as v from 'valibot'
import { z } from 'zod'
import { t } from '../schema/index.ts'
import { loadConfig, secret, type Secret } from './index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const yes = <T extends true>(): T => true as T

const shape = loadConfig({
  PORT: t.Integer({ default: 3000 }),
  LEVEL: t.Union([t.Literal('debug'), t.Literal('info')]),
  NOTE: t.Optional(t.String()),
  KEY: secret(),
  PIN: secret(t.Integer()),
  ZOD: z.string().transform(Number),
  ZOD_KEY: secret(z.string()),
})
yes<Equal<typeof shape.PORT, number>>()
yes<Equal<typeof shape.LEVEL, 'debug' | 'info'>>()
yes<Equal<typeof shape.NOTE, string | undefined>>()
yes<Equal<typeof shape.KEY, Secret>>()
yes<Equal<typeof shape.PIN, Secret<number>>>()
yes<Equal<typeof shape.ZOD, number>>()
yes<Equal<typeof shape.ZOD_KEY, Secret<string>>>()
// @ts-expect-error - it is frozen
shape.PORT = 1
// @ts-expect-error - no such variable
shape.HOST
// @ts-expect-error - a secret is no string; reveal() gives it out
shape.KEY.length

const object = loadConfig(t.Object({ KEY: t.Optional(secret()), PORT: t.Integer() }))
yes<Equal<typeof object.KEY, Secret | undefined>>()
yes<Equal<typeof object.PORT, number>>()

const standard = loadConfig(v.object({ PORT: v.pipe(v.string(), v.transform(Number)) }))
yes<Equal<typeof standard.PORT, number>>()

// @ts-expect-error - a value is no schema
loadConfig({ PORT: 3000 })

import { frameKey, type Frame } from './index.ts'

declare const frame: Frame
const COUNT = frameKey<number>('count')

const count: number | undefined = frame.get(COUNT)
frame.set(COUNT, count)
frame.set(COUNT, 1)

// @ts-expect-error a slot takes only values of its key's type
frame.set(COUNT, 'one')
// @ts-expect-error a slot may be empty
const sure: number = frame.get(COUNT)
// @ts-expect-error the id is fixed when the frame is made
frame.id = 'other'
// @ts-expect-error keys of different types are not interchangeable
const wrong: typeof COUNT = frameKey<string>('count')

export { sure, wrong }

import { expect, it, vi } from 'vitest'
import { closeWithin } from './close-within.ts'

it('lets go of a connection whose server does not see the farewell', async () => {
  const destroy = vi.fn<() => void>()
  await closeWithin(() => new Promise(() => undefined), destroy)
  expect(destroy).toHaveBeenCalledOnce()
})

it('closes without letting go where the server answers', async () => {
  const destroy = vi.fn<() => void>()
  await closeWithin(() => Promise.resolve(), destroy)
  expect(destroy).not.toHaveBeenCalled()
})

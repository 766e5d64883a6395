import fastify from 'fastify'

const app = fastify()
app.get(
  '/',
  {
    schema: {
      response: {
        200: { type: 'object', properties: { hello: { type: 'string' } } },
      },
    },
  },
  () => ({ hello: 'world' }),
)
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })

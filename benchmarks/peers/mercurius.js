// mercurius on Fastify; the third word is what `jit` is set to, 0 leaves its compiler off.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { Restaurant, typeDefs } from './restaurant.js'

const [port, path, jit] = process.argv.slice(2)
const restaurant = new Restaurant(path)
const app = Fastify({ logger: false })

app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Query: {
      schedule: (_, { id }) => (id === restaurant.board.id ? restaurant.board : null),
      node: (_, { id }) => restaurant.nodes.get(id) ?? null,
    },
    Mutation: { setShifts: (_, { input }) => restaurant.setShifts(input).payload },
  },
  jit: Number(jit),
  graphiql: false,
})
await app.listen({ port: Number(port), host: '127.0.0.1' })

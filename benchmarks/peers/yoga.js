// graphql-yoga on Node's own server, subscriptions by graphql-ws as its documentation shows them.
import { setMaxListeners } from 'node:events'
import { createServer } from 'node:http'
import { useServer } from 'graphql-ws/use/ws'
import { createPubSub, createSchema, createYoga } from 'graphql-yoga'
import { WebSocketServer } from 'ws'
import { Restaurant, typeDefs } from './restaurant.js'

const [port, path] = process.argv.slice(2)
const restaurant = new Restaurant(path)
setMaxListeners(0) // a thousand subscribers are no leak
const pubSub = createPubSub()

const schema = createSchema({
  typeDefs,
  resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  resolvers: {
    Query: {
      schedule: (_, { id }) => (id === restaurant.board.id ? restaurant.board : null),
      node: (_, { id }) => restaurant.nodes.get(id) ?? null,
    },
    Mutation: {
      setShifts: (_, { input }) => {
        const { payload, changeSet } = restaurant.setShifts(input)
        pubSub.publish('changes', changeSet)
        return payload
      },
    },
    Subscription: {
      changes: { subscribe: () => pubSub.subscribe('changes'), resolve: (changeSet) => changeSet },
    },
  },
})
const yoga = createYoga({ schema, logging: false, graphiql: false })
const server = createServer(yoga)
useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onSubscribe: async (ctx, _id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...ctx,
        req: ctx.extra.request,
        socket: ctx.extra.socket,
        params,
      })
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      }
      const errors = validate(args.schema, args.document)
      return errors.length ? errors : args
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
)
server.listen(Number(port), '127.0.0.1')

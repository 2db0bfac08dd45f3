// A bare `ws` server: what is posted goes to every socket as it is, the least that can be done.
import { createServer } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'

const [port] = process.argv.slice(2)
process.stdin.on('end', () => process.exit(0)).resume()

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const event = Buffer.concat(chunks)
    for (const socket of sockets.clients) {
      if (socket.readyState === WebSocket.OPEN) socket.send(event, { binary: false })
    }
    response.end()
  })
})
const sockets = new WebSocketServer({ server })
server.listen(Number(port), '127.0.0.1')

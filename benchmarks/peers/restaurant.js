// The restaurant in memory: read once, changed by setShifts, told to whoever listens.
import { readFileSync } from 'node:fs'

export const typeDefs = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8')

// A peer whose harness has gone does not stay behind.
process.stdin.on('end', () => process.exit(0)).resume()

export class Restaurant {
  constructor(path) {
    const { board, staff, shiftTypes, event } = JSON.parse(readFileSync(path, 'utf8'))
    this.board = board
    this.event = event
    this.revision = board.revision
    this.nodes = new Map(staff.map((s) => [s.id, { __typename: 'StaffMember', ...s }]))
    this.shiftTypes = new Map(shiftTypes.map((t) => [t.code, t]))
    this.cells = new Map(board.shifts.map((cell) => [key(cell.staff.id, cell.date), cell]))
  }

  /** The payload of the mutation and the change set that tells it. */
  setShifts({ shifts, clientMutationId = null }) {
    this.revision += 1
    const set = shifts.map((input) => this.#set(input))
    this.board.revision = this.revision
    const dates = new Set(shifts.map((input) => input.date))
    const gaps = this.board.gaps.filter((gap) => dates.has(gap.date))
    const payload = { __typename: 'SetShiftsPayload', shifts: set, gaps, revision: this.revision }
    return { payload, changeSet: this.#told(set[0], clientMutationId) }
  }

  #set({ staffId, date, shiftType, pinned }) {
    const cell = this.cells.get(key(staffId, date))
    cell.shiftType = this.shiftTypes.get(shiftType)
    cell.pinned = pinned ?? false
    cell.source = 'MANUAL'
    cell.revision = this.revision
    return cell
  }

  #told(cell, clientMutationId) {
    return {
      ...this.event,
      revision: this.revision,
      previousRevision: this.revision - 1,
      committedAt: new Date().toISOString(),
      clientMutationId,
      changes: this.event.changes.map((c) => (c.shift ? { ...c, shift: { ...cell } } : c)),
    }
  }
}

function key(staffId, date) {
  return `${staffId} ${date}`
}

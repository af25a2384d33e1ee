/** 往来: visits, demands, promises and notes of one enterprise in one line of time, the latest first. */
import type { Demand, EnterpriseFile, IsoDate, Note, PromiseMade, VisitRow } from '@/api/types'

export type Happening =
  | { kind: 'visit'; on: IsoDate; key: string; visit: VisitRow }
  | { kind: 'demand'; on: IsoDate; key: string; demand: Demand }
  | { kind: 'promise'; on: IsoDate; key: string; promise: PromiseMade }
  | { kind: 'note'; on: IsoDate; key: string; note: Note }

export function history(file: Pick<EnterpriseFile, 'visits' | 'demands' | 'promises' | 'notes'>): Happening[] {
  const all: Happening[] = [
    ...file.visits.map((visit): Happening => ({ kind: 'visit', on: visit.on, key: `v${visit.visit_id}`, visit })),
    ...file.demands.map((demand): Happening => ({ kind: 'demand', on: demand.created_on, key: `d${demand.demand_id}`, demand })),
    ...file.promises.map((promise): Happening => ({ kind: 'promise', on: promise.made_on ?? promise.due_on ?? '', key: `p${promise.id}`, promise })),
    ...file.notes.map((note): Happening => ({ kind: 'note', on: note.on, key: `n${note.id}`, note })),
  ]
  return all.sort((a, b) => b.on.localeCompare(a.on))
}

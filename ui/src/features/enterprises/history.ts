/** 往来: visits, demands and promises of one enterprise in one line of time, the latest first. */
import type { Demand, EnterpriseFile, IsoDate, PromiseMade, VisitRow } from '@/api/types'

export type Happening =
  | { kind: 'visit'; on: IsoDate; key: string; visit: VisitRow }
  | { kind: 'demand'; on: IsoDate; key: string; demand: Demand }
  | { kind: 'promise'; on: IsoDate; key: string; promise: PromiseMade }

export function history(file: Pick<EnterpriseFile, 'visits' | 'demands' | 'promises'>): Happening[] {
  const all: Happening[] = [
    ...file.visits.map((visit): Happening => ({ kind: 'visit', on: visit.on, key: `v${visit.visit_id}`, visit })),
    ...file.demands.map((demand): Happening => ({ kind: 'demand', on: demand.created_on, key: `d${demand.demand_id}`, demand })),
    ...file.promises.map((promise): Happening => ({ kind: 'promise', on: promise.made_on ?? promise.due_on ?? '', key: `p${promise.id}`, promise })),
  ]
  return all.sort((a, b) => b.on.localeCompare(a.on))
}

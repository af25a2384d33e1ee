/** Addresses of the screens. 今日 is in the first bundle; every other screen is fetched when opened. */
import { createRouter, createWebHashHistory, type RouteRecordRaw, type RouterHistory } from 'vue-router'
import TodayPage from '@/features/today/TodayPage.vue'

export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/today' },
  { path: '/today', name: 'today', component: TodayPage },
  { path: '/enterprises/:uscc?', name: 'enterprises', component: () => import('@/features/enterprises/EnterprisesPage.vue'), props: true },
  { path: '/visits', name: 'visits', component: () => import('@/features/visits/VisitsPage.vue') },
  { path: '/visits/record/:uscc?', name: 'record', component: () => import('@/features/visits/RecordPage.vue'), props: true, meta: { nav: 'visits' } },
  { path: '/briefing/:uscc', name: 'briefing', component: () => import('@/features/policies/BriefingPage.vue'), props: true, meta: { nav: 'visits' } },
  { path: '/upload', name: 'upload', component: () => import('@/features/upload/UploadPage.vue') },
  { path: '/sync', name: 'sync', component: () => import('@/features/sync/SyncPage.vue') },
  { path: '/admin', name: 'admin', component: () => import('@/features/admin/AdminPage.vue') },
  { path: '/settings', name: 'settings', component: () => import('@/features/settings/SettingsPage.vue') },
  { path: '/:rest(.*)*', redirect: '/today' },
]

export function createWindowRouter(history: RouterHistory = createWebHashHistory()) {
  return createRouter({ history, routes })
}

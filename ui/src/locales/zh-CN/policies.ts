export default {
  policy: {
    amount: '约 {amount} {unit}（估算）',
    amount_between: '约 {min} 至 {max} {unit}（估算）',
    amount_up_to: '最高 {max} {unit}（估算）',
    amount_from: '至少 {min} {unit}（估算）',
    closes: '{day}截止',
    settles: '可判 {n} 项：{names}',
    settles_more: '可判 {n} 项：{names}等',
    worth: '约 {amount} 万元（估算）',
  },
  comma: '，',
  colon: '：',
  semicolon: '；',
}

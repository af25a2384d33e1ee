/** Stands in for a component's style sheet under test. */
export default null

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| qilian_testkit::fuzzed::wire(data));

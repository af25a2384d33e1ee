//! What every storage promises. Each claim is a function over `&dyn Storage`; an engine runs them all.

pub(crate) mod audit;
pub(crate) mod centre;
pub(crate) mod codes;
pub(crate) mod concerned;
pub(crate) mod devices;
pub(crate) mod exports;
pub(crate) mod faults;
pub(crate) mod files;
pub(crate) mod forks;
pub(crate) mod leaving;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod recovery;
pub(crate) mod scope;

/// Runs every claim as a test of its own, on the storage that `with` opens.
macro_rules! claims {
    ($with:path) => {
        $crate::contract::claims! { $with,
            push: a_run_sent_twice_has_its_effect_once
                  a_run_that_repeats_a_part_goes_on_after_it
                  another_history_at_a_known_number_is_a_fork
                  a_run_on_another_past_is_a_fork
                  a_missing_mutation_is_a_gap
                  a_refused_mutation_consumes_its_number_and_comes_back
                  an_unknown_command_is_refused_and_holds_nothing_up
                  a_payload_that_is_no_mutation_is_put_aside_and_holds_nothing_up
                  a_mutation_that_came_from_another_laptop_has_no_second_effect
                  another_payload_under_a_known_id_is_refused
                  commands_of_one_run_see_each_other
                  another_timeline_is_refused,
            pull: a_user_receives_exactly_their_scope
                  nothing_new_is_one_empty_page
                  a_row_written_as_it_was_takes_no_number
                  a_row_that_leaves_a_bucket_and_returns_is_there_for_everybody
                  tiny_pages_with_writes_between_give_the_cut_that_one_page_gives
                  a_pull_goes_on_after_a_lost_reply
                  a_cursor_of_another_timeline_is_refused
                  a_complete_pull_is_noted_for_the_administrator,
            audit: sums_are_those_of_what_a_laptop_holds
                   the_last_page_tells_the_sums_of_what_changed
                   sums_of_another_cut_are_not_told
                   a_bucket_asked_for_again_comes_whole_and_one_not_held_is_dropped
                   a_cursor_of_another_history_is_refused
                   a_laptop_away_for_longer_than_the_horizon_gets_everything_anew
                   a_laptop_within_the_horizon_hears_what_left_its_buckets,
            scope: the_old_cadre_loses_the_enterprise_and_the_new_one_gains_its_history
                   there_and_back_between_two_pulls_is_a_reset
                   an_assignment_begins_and_ends_with_its_day
                   what_was_written_before_a_reassignment_is_still_taken
                   what_comes_long_after_a_reassignment_is_put_aside_for_an_administrator
                   what_was_never_theirs_to_write_is_not_released_either
                   what_was_written_while_it_was_theirs_is_released_by_where_it_was_written
                   a_scope_that_changes_between_pages_shows_nothing_outside_it
                   a_tally_stays_with_its_cadre,
            forks: a_copy_sends_its_outbox_anew_and_nothing_is_done_twice
                   asking_twice_makes_one_copy
                   the_id_of_another_laptop_is_not_given_to_a_copy
                   a_cut_that_is_not_believed_is_not_believed_of_a_copy,
            devices: a_stopped_device_is_given_nothing_and_makes_no_other
                     nothing_is_taken_from_a_revoked_device_or_one_to_be_wiped
                     what_a_suspended_device_sends_is_put_aside_and_answered_so_for_ever
                     what_a_suspended_device_sent_is_released_for_its_author_as_of_then
                     a_suspended_device_is_told_nothing_of_what_others_wrote
                     a_device_that_may_sync_again_sends_what_it_kept
                     a_device_that_a_backup_lacks_is_enlisted_once_and_sends_all_again
                     on_a_new_timeline_nothing_of_the_old_one_is_taken
                     the_receipt_of_a_wiped_device_is_kept_once_and_only_if_it_was_told_to,
            exports: the_first_secret_stays_and_the_district_says_its_public_half,
            leaving: who_leaves_sends_and_is_given_nothing
                     who_leaves_has_left_when_every_laptop_says_that_nothing_waits
                     what_a_laptop_said_before_its_user_left_is_not_believed
                     who_leaves_has_not_left_while_a_file_is_missing
                     who_has_no_laptop_has_left_at_once
                     an_administrator_ends_it_with_a_reason_and_may_take_it_back
                     who_leaves_hears_of_a_restore_and_has_not_left_before_their_laptops_did,
            concerned: a_change_concerns_those_who_hold_a_bucket_of_it
                  a_reassignment_concerns_who_loses_and_who_gains
                  what_is_not_newer_concerns_nobody
                  who_writes_is_heard,
            centre: a_promise_that_two_cadres_kept_is_merged_and_the_second_is_told_of_the_first
                    who_had_the_enterprise_is_told_who_has_it_now_and_a_stranger_is_not
                    the_words_of_a_refused_visit_reach_whoever_has_the_enterprise_now
                    a_cut_that_is_not_believed_is_pulled_anew_and_what_waits_is_kept
                    a_pull_under_way_begins_anew_too
                    what_can_not_be_read_is_released_as_a_refusal_once
                    what_is_released_beside_another_s_change_is_merged_and_told,
            files: only_who_added_a_file_sends_its_bytes
                   that_a_file_is_stored_reaches_who_holds_the_enterprise
                   a_guessed_hash_opens_nothing
                   who_may_read_a_hash_need_not_send_it_again
                   who_lost_the_enterprise_sends_what_they_added_and_reads_nothing
                   what_was_taken_back_is_read_by_nobody_and_needed_for_thirty_days
                   bytes_are_never_put_and_removed_at_the_same_time
                   for_a_week_on_a_new_timeline_no_bytes_are_removed
                   a_stopped_device_neither_sends_nor_reads_files,
            recovery: what_comes_before_what_it_stands_on_waits_and_is_taken_when_that_comes
                      what_waits_is_taken_in_the_order_in_which_it_had_its_effect_before
                      what_waits_for_an_assignment_is_taken_with_the_import
                      what_waits_in_vain_is_refused_at_the_end_of_the_time
                      what_is_new_or_on_the_first_timeline_does_not_wait
                      what_waits_and_is_seen_to_is_not_taken_again
                      what_waited_and_comes_second_is_merged_and_told,
            codes: a_code_enrols_once
                   an_expired_code_enrols_nobody
                   a_code_for_nobody_is_not_issued
                   a_district_is_founded_once
        }
    };
    ($with:path, $($area:ident: $($claim:ident)+),+) => {$(
        mod $area {
            $(#[test]
            fn $claim() {
                $with(|storage| $crate::contract::$area::$claim(storage));
            })+
        }
    )+};
}
pub(crate) use claims;

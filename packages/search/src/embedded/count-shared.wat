;; Counting the bits that sets share: WebAssembly has an instruction for it, JavaScript has none.
;; `count-shared.ts` holds this module assembled; its test says when it no longer does.
(module
  (memory (export "memory") 1)

  ;; For each of `sets` bit sets that lie one after another from the start of the memory, how many bits it shares with
  ;; the set at `other`, as 32 bits each from `counts` on. A set is `length` bytes long, a multiple of 32.
  (func (export "countShared") (param $sets i32) (param $length i32) (param $other i32) (param $counts i32)
    (local $at i32) (local $end i32) (local $with i32) (local $shared i64)
    (block $done
      (loop $nextSet
        (br_if $done (i32.eqz (local.get $sets)))
        (local.set $end (i32.add (local.get $at) (local.get $length)))
        (local.set $with (local.get $other))
        (local.set $shared (i64.const 0))
        (block $counted
          (loop $nextWords
            (br_if $counted (i32.eq (local.get $at) (local.get $end)))
            (local.set $shared
              (i64.add
                (local.get $shared)
                (i64.add
                  (i64.add
                    (i64.popcnt (i64.and (i64.load (local.get $at)) (i64.load (local.get $with))))
                    (i64.popcnt (i64.and (i64.load offset=8 (local.get $at)) (i64.load offset=8 (local.get $with)))))
                  (i64.add
                    (i64.popcnt (i64.and (i64.load offset=16 (local.get $at)) (i64.load offset=16 (local.get $with))))
                    (i64.popcnt (i64.and (i64.load offset=24 (local.get $at)) (i64.load offset=24 (local.get $with))))))))
            (local.set $at (i32.add (local.get $at) (i32.const 32)))
            (local.set $with (i32.add (local.get $with) (i32.const 32)))
            (br $nextWords)))
        (i32.store (local.get $counts) (i32.wrap_i64 (local.get $shared)))
        (local.set $counts (i32.add (local.get $counts) (i32.const 4)))
        (local.set $sets (i32.sub (local.get $sets) (i32.const 1)))
        (br $nextSet)))))

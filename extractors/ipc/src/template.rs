//! A block template, reduced to figures.

use bitcoin::opcodes::{Class, ClassifyContext};
use bitcoin::script::{Instruction, read_scriptint};
use bitcoin::{Block, Transaction, Weight, consensus};
use peer_observer_event::{BlockTemplate, FeeRatePercentile};

/// The percentiles that Core's `getblockstats` has too.
const PERCENTILES: [u32; 5] = [10, 25, 50, 75, 90];

/// Of a transaction.
#[derive(Clone, Copy, Debug)]
struct Paid {
    sat_per_vbyte: f64,
    weight: Weight,
}

/// Makes figures of the template; the error says what is wrong with it.
pub(crate) fn digest(template: &peer_observer_ipc::BlockTemplate) -> Result<BlockTemplate, String> {
    let block: Block =
        consensus::deserialize(&template.block).map_err(|error| format!("the block: {error}"))?;
    let (coinbase, transactions) = block
        .txdata
        .split_first()
        .ok_or("the block has no transaction")?;
    if transactions.len() != template.fees_sat.len() {
        let (transactions, fees) = (transactions.len(), template.fees_sat.len());
        return Err(format!("{transactions} transactions with {fees} fees"));
    }
    let mut fees_sat = 0_u64;
    let mut paid = Vec::with_capacity(transactions.len());
    for (transaction, fee) in transactions.iter().zip(&template.fees_sat) {
        let fee = u64::try_from(*fee).map_err(|_| format!("a fee of {fee} sat"))?;
        fees_sat = fees_sat.checked_add(fee).ok_or("fees beyond all measure")?;
        let weight = transaction.weight();
        paid.push(Paid {
            sat_per_vbyte: fee as f64 * 4.0 / weight.to_wu() as f64,
            weight,
        });
    }
    let has_sigops = template.sigops_cost.len() == transactions.len();
    let sigops_cost: i64 = template
        .sigops_cost
        .iter()
        .fold(0, |sum, cost| sum.saturating_add(*cost));
    Ok(BlockTemplate {
        previous_block_hash: AsRef::<[u8]>::as_ref(&block.header.prev_blockhash)
            .to_vec()
            .into(),
        height: height(coinbase).ok_or("the coinbase does not begin with the height")?,
        // A block has far fewer and is far lighter.
        transaction_count: transactions.len() as u32,
        weight: block.weight().to_wu() as u32,
        fees_sat,
        sigops_cost: u64::try_from(sigops_cost).ok().filter(|_| has_sigops),
        fee_rates: percentiles(paid),
        duration_ns: u64::try_from(template.duration.as_nanos()).unwrap_or(u64::MAX),
    })
}

/// The block's height, with which a coinbase begins (BIP34).
fn height(coinbase: &Transaction) -> Option<i32> {
    let script = &coinbase.input.first()?.script_sig;
    match script.instructions().next()?.ok()? {
        Instruction::PushBytes(bytes) => read_scriptint(bytes.as_bytes()).ok()?.try_into().ok(),
        Instruction::Op(opcode) => match opcode.classify(ClassifyContext::Legacy) {
            Class::PushNum(number) => Some(number),
            _ => None,
        },
    }
}

/// So much of the weight pays this rate or less.
fn percentiles(mut paid: Vec<Paid>) -> Vec<FeeRatePercentile> {
    paid.sort_unstable_by(|one, other| one.sat_per_vbyte.total_cmp(&other.sat_per_vbyte));
    let total: u64 = paid.iter().map(|paid| paid.weight.to_wu()).sum();
    let mut reached = 0;
    let mut below = paid.iter().peekable();
    let mut percentiles = Vec::with_capacity(PERCENTILES.len());
    for percentile in PERCENTILES {
        // The transaction with which the percentile's share is reached.
        while let Some(next) = below.peek()
            && (reached + next.weight.to_wu()) * 100 < total * u64::from(percentile)
        {
            reached += next.weight.to_wu();
            below.next();
        }
        let Some(paid) = below.peek() else { break };
        percentiles.push(FeeRatePercentile {
            percentile,
            feerate_sat_per_vbyte: paid.sat_per_vbyte,
        });
    }
    percentiles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_weight() {
        let paid = |rates: &[(f64, u64)]| {
            let paid = rates.iter().map(|(sat_per_vbyte, weight)| Paid {
                sat_per_vbyte: *sat_per_vbyte,
                weight: Weight::from_wu(*weight),
            });
            let percentiles = percentiles(paid.collect());
            let rates = percentiles.iter().map(|rate| rate.feerate_sat_per_vbyte);
            rates.collect::<Vec<_>>()
        };
        assert!(paid(&[]).is_empty());
        assert_eq!(paid(&[(3.0, 400)]), [3.0; 5]);
        // Half of the weight pays 1, a quarter 5, the rest 9.
        let rates = [(9.0, 250), (1.0, 500), (5.0, 250)];
        assert_eq!(paid(&rates), [1.0, 1.0, 1.0, 5.0, 9.0]);
        let equal: Vec<_> = (1..=100).map(|rate| (f64::from(rate), 400)).collect();
        assert_eq!(paid(&equal), [10.0, 25.0, 50.0, 75.0, 90.0]);
    }
}

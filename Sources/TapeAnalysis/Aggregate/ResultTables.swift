import TapeColumns
import TapeStore

/// The result tables: names, columns and partition key (that of the orders). Names and order: docs/domain.md.
package enum ResultTables {
    package static let orderMetrics = "order_metrics"
    package static let simulation = "simulation"
    package static let rollup = "rollup"
    /// Scenario D: one row per study order, and one per fill.
    package static let replayOrders = "replay_orders"
    package static let replayFills = "replay_fills"
    /// Those with a segment per (date, security).
    package static let partitioned = [orderMetrics, simulation, replayOrders, replayFills]
    package static let keyColumns = [KeyColumn(name: "date", type: .date), KeyColumn(name: "security_code", type: .int32)]

    private typealias Order = ResultTable<OrderMetrics>

    /// The columns of classified.csv but the security's code, which is the partition's.
    package static let lifecycle = ResultTable<OrderMetrics>(columns: [
        Order.identifier("order_id", .int64) { $0.orderID },
        Order.identifier("participant_id", .int32) { $0.participantID },
        Order.identifier("side", .int8) { $0.side },
        Order.identifier("exchange_order_type", .int32) { $0.exchangeOrderType },
        Order.time("arrival_ts") { $0.arrival },
        Order.time("end_ts") { $0.end },
        Order.integer("initial_quantity", "shares") { $0.initialQuantity },
        Order.integer("final_quantity", "shares") { $0.finalQuantity },
        Order.integer("leaves", "shares") { $0.leaves },
        Order.integer("matched", "shares") { $0.matched },
        Order.integer("committed_quantity", "shares") { $0.committed },
        Order.integer("traded_quantity", "shares") { $0.traded },
        Order.integer("booked_quantity", "shares") { $0.booked },
        Order.integer("recon_diff", "shares") { $0.reconciliationDifference },
        Order.identifier("group", .int8) { Int64($0.group) },
        Order.name("sweep_group", of: OrderMetrics.groupNames) { $0.group - 1 },
    ])

    /// The metrics of docs/domain.md, Metrics, by its names and in its order.
    package static let metrics = ResultTable<OrderMetrics>(columns: [
        Order.real("fill_ratio") { $0.fillRatio },
        Order.real("fill_ratio_initial") { $0.fillRatioInitial },
        Order.integer("num_fills") { Int64($0.fillCount) },
        Order.real("avg_fill_size", "shares") { $0.averageFillSize },
        Order.integer("dark_quantity", "shares") { $0.darkQuantity },
        Order.integer("lit_quantity", "shares") { $0.litQuantity },
        Order.integer("auction_quantity", "shares") { $0.auctionQuantity },
        Order.integer("notional", "1/10 cent × shares") { $0.notional },
        Order.real("vwap", "1/10 cent") { $0.vwap },
        Order.integer("arrival_bid", "1/10 cent") { $0.arrivalQuote?.bid },
        Order.integer("arrival_offer", "1/10 cent") { $0.arrivalQuote?.offer },
        Order.real("arrival_mid", "1/10 cent") { $0.arrivalQuote?.mid },
        Order.real("arrival_spread_bps", "bps") { $0.arrivalSpread },
        Order.integer("limit_price", "1/10 cent") { $0.limitPrice },
        Order.integer("initial_price", "1/10 cent") { $0.initialPrice },
        Order.real("price_improvement_limit_bps", "bps") { $0.priceImprovementLimit },
        Order.real("price_improvement_touch", "1/10 cent") { $0.priceImprovementTouch },
        Order.real("slippage_arrival_bps", "bps") { $0.slippage },
        Order.real("effective_spread_bps", "bps") { $0.effectiveSpread },
        Order.real("quoted_spread_bps", "bps") { $0.quotedSpread },
        Order.real("realised_spread_bps", "bps") { $0.realisedSpread },
        Order.real("price_impact_bps", "bps") { $0.priceImpact },
        Order.real("implementation_shortfall", "1/10 cent × shares") { $0.implementationShortfall },
        Order.real("implementation_shortfall_bps", "bps") { $0.implementationShortfallBps },
        Order.real("exec_cost_component_bps", "bps") { $0.executionCostBps },
        Order.real("opportunity_cost_bps", "bps") { $0.opportunityCostBps },
        Order.real("time_to_first_fill_s", "s") { $0.timeToFirstFill },
        Order.real("execution_duration_s", "s") { $0.executionDuration },
        Order.real("order_lifetime_s", "s") { $0.lifetime },
        Order.real("vw_fill_time_s", "s") { $0.weightedFillTime },
        Order.real("avg_fill_gap_s", "s") { $0.averageFillGap },
        Order.real("first_fill_mid", "1/10 cent") { $0.firstFillQuote?.mid },
        Order.real("last_fill_mid", "1/10 cent") { $0.lastFillQuote?.mid },
        Order.real("market_drift_bps", "bps") { $0.marketDrift },
        Order.real("adverse_drift_bps", "bps") { $0.adverseDrift },
    ])

    /// The table order_metrics: an order's life, then its metrics.
    package static let orders = ResultTable<OrderMetrics>(columns: lifecycle.columns + metrics.columns)

    private typealias Simulated = ResultTable<SimulatedOrder>

    package static let simulated = ResultTable<SimulatedOrder>(columns: [
        Simulated.identifier("order_id", .int64) { $0.orderID },
        Simulated.name("scenario", of: AnalysisSettings.Scenario.allCases.map(\.rawValue)) { $0.scenario.number },
        Simulated.identifier("group", .int8) { Int64($0.group) },
        Simulated.identifier("side", .int8) { $0.side },
        Simulated.integer("actual_quantity", "shares") { $0.actualQuantity },
        Simulated.integer("actual_notional", "1/10 cent × shares") { $0.actualNotional },
        Simulated.real("benchmark_mid", "1/10 cent") { $0.benchmark?.mid },
        Simulated.flag("dark_eligible") { $0.isDarkEligible },
        Simulated.integer("sim_quantity", "shares") { $0.quantity },
        Simulated.real("sim_price", "1/10 cent") { $0.price },
        Simulated.real("sim_notional", "1/10 cent × shares") { $0.notional },
        Simulated.real("savings", "1/10 cent × shares") { $0.savings },
        Simulated.real("savings_bps", "bps") { $0.savingsBps },
    ])

    private typealias Replayed = ResultTable<ReplayedOrder>

    /// The table replay_orders, and simulation_d_orders.csv.gz.
    package static let replayed = ResultTable<ReplayedOrder>(columns: [
        Replayed.identifier("order_id", .int64) { $0.orderID },
        Replayed.identifier("side", .int8) { $0.side },
        Replayed.time("entry_ts") { $0.entry },
        Replayed.time("end_ts") { $0.end },
        Replayed.integer("dark_at_entry", "shares") { $0.darkAtEntry },
        Replayed.integer("residual_at_entry", "shares") { $0.residualAtEntry },
        Replayed.integer("residual_final", "shares") { $0.residualFinal },
        Replayed.integer("sim_filled", "shares") { $0.filled },
        Replayed.integer("sim_booked", "shares") { $0.booked },
        Replayed.integer("sim_fills") { $0.fillCount },
        Replayed.real("sim_vwap", "1/10 cent") { $0.vwap },
        Replayed.time("first_fill_ts") { $0.firstFill },
        Replayed.time("last_fill_ts") { $0.lastFill },
        Replayed.integer("real_residual_quantity", "shares") { $0.realQuantity },
        Replayed.real("real_residual_vwap", "1/10 cent") { $0.realVWAP },
        Replayed.real("savings", "1/10 cent × shares") { $0.savings },
        Replayed.real("savings_bps", "bps") { $0.savingsBps },
    ])

    private typealias Fill = ResultTable<ReplayFill>

    /// The table replay_fills, and simulation_d_fills.csv.gz.
    package static let filled = ResultTable<ReplayFill>(columns: [
        Fill.identifier("match_id", .int64) { $0.matchID },
        Fill.time("timestamp") { $0.timestamp },
        Fill.identifier("trigger_sequence", .int64) { $0.triggerSequence },
        Fill.identifier("aggressor", .int64) { $0.aggressor },
        Fill.identifier("passive", .int64) { $0.passive },
        Fill.identifier("buy_order", .int64) { $0.buyOrder },
        Fill.identifier("sell_order", .int64) { $0.sellOrder },
        Fill.integer("quantity", "shares") { $0.quantity },
        Fill.integer("mid2", "1/20 cent") { $0.mid2 },
        Fill.integer("bid", "1/10 cent") { $0.bid },
        Fill.integer("offer", "1/10 cent") { $0.offer },
        Fill.identifier("deal_source", .int16) { $0.dealSource },
        Fill.integer("price", "1/10 cent") { $0.price },
        Fill.real("price_ext", "1/10 cent") { $0.exactPrice },
    ])
}

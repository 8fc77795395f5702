namespace DataHub.Exchange.Quality;

/// <summary>What a rule found in a row; carries no value.</summary>
/// <param name="Rule">Rule word, see <c>rules.json</c>.</param>
/// <param name="Field">Path of the field; empty for the row as a whole.</param>
internal readonly record struct Finding(string Rule, string Field);

namespace DataHub.Town;

/// <summary>How far the writing has come.</summary>
/// <param name="File">File being written, for example <c>population_person.csv</c>.</param>
/// <param name="Rows">Rows of it written so far.</param>
/// <param name="TotalRows">Rows it will have, header apart.</param>
public readonly record struct TownProgress(string File, int Rows, int TotalRows);
